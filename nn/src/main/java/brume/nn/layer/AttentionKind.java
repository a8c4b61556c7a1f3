package brume.nn.layer;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;

import brume.autograd.Variable;
import brume.nn.StoredLayout;

/** How positions look at each other. */
public enum AttentionKind {
  /** Every position at every other, at a cost of L² for L positions. */
  FULL(StoredLayout.POSITIONS_BY_HEAD) {
    @Override
    Variable attend(Variable q, Variable k, Variable v, int heads, double scale) {
      return attention(q, k, v, heads, scale);
    }
  },
  /** Every position at one summary of all, at a cost of L. */
  LINEAR(StoredLayout.CHANNELS_BY_HEAD) {
    @Override
    Variable attend(Variable q, Variable k, Variable v, int heads, double scale) {
      return linearAttention(q, k, v, heads, scale);
    }
  };

  private final StoredLayout memoryLayout;

  AttentionKind(StoredLayout memoryLayout) {
    this.memoryLayout = memoryLayout;
  }

  /** Attention over queries (N, L, heads·D) and as many keys as values (N, M, heads·D). */
  abstract Variable attend(Variable q, Variable k, Variable v, int heads, double scale);

  /** How files order keys and values that are parameters. */
  StoredLayout memoryLayout() {
    return memoryLayout;
  }
}
