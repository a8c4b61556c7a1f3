package brume.cuda.emulator;

import brume.cuda.driver.Grid;

/** What threads are told about themselves. */
final class SpecialRegisters {

  private SpecialRegisters() {}

  static boolean known(String name) {
    return switch (name) {
      case "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z" -> true;
      case "%ctaid.x", "%ctaid.y", "%ctaid.z", "%nctaid.x", "%nctaid.y", "%nctaid.z" -> true;
      case "%laneid", "%warpid", "%nwarpid", "WARP_SZ", "%dynamic_smem_size" -> true;
      case "%lanemask_eq", "%lanemask_lt", "%lanemask_le", "%lanemask_gt", "%lanemask_ge" -> true;
      default -> false;
    };
  }

  static int value(String name, Warp w, int lane) {
    Block block = w.block;
    Grid grid = block.grid;
    int thread = w.threadOf(lane);
    return switch (name) {
      case "%tid.x" -> thread % grid.blockX();
      case "%tid.y" -> thread / grid.blockX() % grid.blockY();
      case "%tid.z" -> thread / grid.blockX() / grid.blockY();
      case "%ntid.x" -> grid.blockX();
      case "%ntid.y" -> grid.blockY();
      case "%ntid.z" -> grid.blockZ();
      case "%ctaid.x" -> block.x();
      case "%ctaid.y" -> block.y();
      case "%ctaid.z" -> block.z();
      case "%nctaid.x" -> grid.gridX();
      case "%nctaid.y" -> grid.gridY();
      case "%nctaid.z" -> grid.gridZ();
      case "%laneid" -> lane;
      case "%warpid" -> w.index;
      case "%nwarpid" -> (grid.threads() + Lanes.COUNT - 1) / Lanes.COUNT;
      case "WARP_SZ" -> Lanes.COUNT;
      case "%dynamic_smem_size" -> grid.sharedBytes();
      case "%lanemask_eq" -> 1 << lane;
      case "%lanemask_lt" -> Lanes.range(0, lane);
      case "%lanemask_le" -> Lanes.range(0, lane + 1);
      case "%lanemask_gt" -> ~Lanes.range(0, lane + 1);
      case "%lanemask_ge" -> ~Lanes.range(0, lane);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
