package brume.cuda;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.tensor.DeviceException;
import brume.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One entry point of a PTX file, and how it is launched. */
final class CudaKernel {

  private static final int WARP = 32;
  private static final int THREADS = 256; // of a block: several fit a multiprocessor
  private static final int BLOCKS_PER_MULTIPROCESSOR = 32; // some waves; beyond, threads loop

  private final Driver driver;
  private final PtxModule module;
  private final String entry;
  private @Nullable Kernel found;

  CudaKernel(Driver driver, PtxModule module, String entry) {
    this.driver = driver;
    this.module = module;
    this.entry = entry;
  }

  /**
   * A launch of one thread for each element, for kernels that loop with {@code FOR_EACH}.
   *
   * @param count number of elements; nothing is launched for none
   * @return the launch, to be given its arguments
   */
  Launch over(int count) {
    int threads = Math.min(THREADS / WARP, Tile.ceil(count, WARP)) * WARP;
    int blocks = count == 0 ? 0 : Math.min(mostBlocks(), (count - 1) / THREADS + 1);
    return new Launch(blocks, 1, 1).block(threads);
  }

  /** As many blocks as are worth launching of kernels whose threads take elements in turn. */
  int mostBlocks() {
    return driver.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
  }

  /**
   * A launch of a row of blocks.
   *
   * @param x number of blocks; nothing is launched for none
   * @return the launch, to be given its block and arguments
   */
  Launch grid(int x) {
    return new Launch(x, 1, 1);
  }

  /**
   * A launch of a plane of blocks.
   *
   * @param x number of blocks along x
   * @param y number of blocks along y, at most 65535
   * @return the launch, to be given its block and arguments
   */
  Launch grid(int x, int y) {
    return new Launch(x, y, 1);
  }

  /**
   * A launch of a cuboid of blocks.
   *
   * @param x number of blocks along x
   * @param y number of blocks along y, at most 65535
   * @param z number of blocks along z, at most 65535
   * @return the launch, to be given its block and arguments
   */
  Launch grid(int x, int y, int z) {
    return new Launch(x, y, z);
  }

  private synchronized Kernel found() {
    if (found == null) {
      found = module.find(entry);
    }
    return found;
  }

  /** A launch in the making. Arguments are added in the order of the kernel's parameters. Mutable. */
  final class Launch {
    private final int gridX;
    private final int gridY;
    private final int gridZ;
    private final Arguments arguments = new Arguments();
    private int blockX = 1;
    private int blockY = 1;
    private int sharedBytes;
    private @Nullable Tensor first;

    private Launch(int gridX, int gridY, int gridZ) {
      this.gridX = gridX;
      this.gridY = gridY;
      this.gridZ = gridZ;
    }

    /** Threads of a block. */
    Launch block(int x) {
      return block(x, 1);
    }

    /** Threads of a block along x and y. */
    Launch block(int x, int y) {
      this.blockX = x;
      this.blockY = y;
      return this;
    }

    /** Dynamic shared memory of a block. */
    Launch sharedDoubles(int count) {
      return sharedBytes(count * Double.BYTES);
    }

    /** Dynamic shared memory of a block. */
    Launch sharedBytes(int bytes) {
      this.sharedBytes = bytes;
      return this;
    }

    /** Adds tensors that are read. */
    Launch in(Tensor... tensors) {
      for (Tensor t : tensors) {
        at(t, 0);
      }
      return this;
    }

    /** Adds tensors that are written. */
    Launch out(Tensor... tensors) {
      for (Tensor t : tensors) {
        into(t, 0);
      }
      return this;
    }

    /** Adds a tensor that is read from one of its elements on. */
    Launch at(Tensor t, int element) {
      return add(t, CudaStorage.address(t, element));
    }

    /** Adds a tensor that is written from one of its elements on. */
    Launch into(Tensor t, int element) {
      return add(t, CudaStorage.writableAddress(t, element));
    }

    private Launch add(Tensor t, long address) {
      if (first == null) {
        first = t;
      }
      DeviceException.unlessTogether(t, first); // an address says nothing of its GPU
      arguments.varying(address);
      return this;
    }

    /** Adds a tensor that is read, null if there is none. */
    Launch inOrNull(Optional<Tensor> tensor) {
      return tensor.map(this::in).orElseGet(() -> i64(0));
    }

    /** Adds scratch memory. */
    Launch scratch(CudaMemory.Block block) {
      return varying(block.address());
    }

    /** Adds addresses, or other 64-bit integers that may differ when the same work is done again. */
    Launch varying(long... values) {
      arguments.varying(values);
      return this;
    }

    /** Adds one structure of 32-bit integers among which are halves of addresses. */
    Launch varying(int[] fields) {
      arguments.varying(fields);
      return this;
    }

    /** Adds 64-bit integers. */
    Launch i64(long... values) {
      arguments.i64(values);
      return this;
    }

    /** Adds 32-bit integers. */
    Launch i32(int... values) {
      arguments.i32(values);
      return this;
    }

    /** Adds numbers, rounded to single precision. */
    Launch f32(double... values) {
      for (double value : values) {
        arguments.f32((float) value);
      }
      return this;
    }

    /** Adds one structure of 32-bit integers. */
    Launch struct(int... fields) {
      arguments.struct(fields);
      return this;
    }

    /** Adds one structure of numbers in single precision. */
    Launch floats(float... fields) {
      int[] bits = new int[fields.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = Float.floatToRawIntBits(fields[i]);
      }
      return struct(bits);
    }

    /** Starts the kernel, unless it has no blocks. */
    void run() {
      if (gridX > 0 && gridY > 0 && gridZ > 0) {
        Grid grid = new Grid(gridX, gridY, gridZ, blockX, blockY, 1, sharedBytes);
        driver.launch(found(), grid, arguments);
      }
    }
  }
}
