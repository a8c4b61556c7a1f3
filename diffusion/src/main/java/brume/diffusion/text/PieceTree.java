package brume.diffusion.text;

import java.util.HashMap;
import java.util.Map;

/** Pieces by their bytes, one after the other. */
final class PieceTree {

  static final int NONE = -1;

  private final Map<Long, Integer> next = new HashMap<>(); // by node and byte
  private final Map<Integer, Integer> pieces = new HashMap<>(); // that end at a node
  private int nodes = 1;

  void add(byte[] letters, int piece) {
    int node = 0;
    for (byte letter : letters) {
      int fresh = nodes;
      node = next.computeIfAbsent(key(node, letter), key -> fresh);
      nodes = Math.max(nodes, node + 1);
    }
    pieces.put(node, piece);
  }

  /** The node behind one more byte, or {@link #NONE}. */
  int next(int node, byte letter) {
    return next.getOrDefault(key(node, letter), NONE);
  }

  /** The piece that ends at a node, or {@link #NONE}. */
  int piece(int node) {
    return pieces.getOrDefault(node, NONE);
  }

  private static long key(int node, byte letter) {
    return (long) node << Byte.SIZE | letter & 0xFF;
  }
}
