package brume.nn.karras;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.PixelNorm.pixelNorm;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;

/**
 * Attention by the cosine of queries and keys, residual included: queries, keys and values of each
 * head have magnitude one, so that no product can grow.
 *
 * <pre>
 *   q, k, v = pixelNorm(W·x)                  a learned memory stands before keys and values
 *   y = mpAdd(W'·attention(q, k, v), x)
 * </pre>
 */
final class MpAttention {

  /** Whom a position sees. */
  enum Reach {
    /** All positions of its sample. */
    ALL {
      @Override
      Variable rows(Variable x) {
        Shape at = x.shape();
        int n = at.dim(0), channels = at.dim(-1);
        return reshape(x, Shape.of(n, at.size() / n / channels, channels));
      }

      @Override
      Variable back(Variable rows, Shape x) {
        return reshape(rows, x);
      }
    },
    /** Those of its frame. */
    SPACE {
      @Override
      Variable rows(Variable x) {
        Shape at = x.shape();
        return reshape(x, Shape.of(at.dim(0) * at.dim(1), at.dim(2) * at.dim(3), at.dim(4)));
      }

      @Override
      Variable back(Variable rows, Shape x) {
        return reshape(rows, x);
      }
    },
    /** The same position in all frames. */
    TIME {
      @Override
      Variable rows(Variable x) {
        Shape at = x.shape();
        return reshape(
            permute(x, 0, 2, 3, 1, 4),
            Shape.of(at.dim(0) * at.dim(2) * at.dim(3), at.dim(1), at.dim(4)));
      }

      @Override
      Variable back(Variable rows, Shape x) {
        Shape framesLast = Shape.of(x.dim(0), x.dim(2), x.dim(3), x.dim(1), x.dim(4));
        return permute(reshape(rows, framesLast), 0, 3, 1, 2, 4);
      }
    };

    /** (N, ..., C) to (M, L, C): groups of positions that see each other. */
    abstract Variable rows(Variable x);

    /** (M, L, C) to (N, ..., C) of the given shape. */
    abstract Variable back(Variable rows, Shape x);
  }

  private static final int MEMORY = 4; // keys and values, as in the original

  private final Reach reach;
  private final int heads;
  private final int headDim;
  private final double share;
  private final Variable memory; // (2, MEMORY, heads, D)
  private final MpConv toQkv;
  private final MpConv toOut;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param space what the positions are
   * @param channels of x and y
   * @param headDim D, channels of each head; there are enough heads for all channels, at least two
   * @param share of x in the sum
   * @param reach whom a position sees
   */
  MpAttention(Parameters at, Space space, int channels, int headDim, double share, Reach reach) {
    this.reach = reach;
    this.heads = Math.max((channels + headDim - 1) / headDim, 2);
    this.headDim = headDim;
    this.share = share;
    this.memory = at.add(
        "mem_kv",
        Shape.of(2, MEMORY, heads, headDim),
        StoredLayout.POSITIONS_BY_HEAD,
        Initializer.normal());
    int inner = heads * headDim;
    this.toQkv = new MpConv(at.child("to_qkv"), space, channels, 3 * inner, 1);
    this.toOut = new MpConv(at.child("to_out"), space, inner, channels, 1);
  }

  /** (N, ..., C) to the same shape. */
  Variable forward(Variable x) {
    int inner = heads * headDim;
    Variable rows = reach.rows(toQkv.forward(x));
    int groups = rows.shape().dim(0);
    Variable q = slice(rows, 2, 0, inner);
    Variable k = concatenate(1, remembered(0, groups), slice(rows, 2, inner, 2 * inner));
    Variable v = concatenate(1, remembered(1, groups), slice(rows, 2, 2 * inner, 3 * inner));
    Variable y = attention(
        headsNormalized(q), headsNormalized(k), headsNormalized(v), heads, 1 / Math.sqrt(headDim));
    return mpAdd(toOut.forward(reach.back(y, x.shape().with(-1, inner))), x, share);
  }

  /** The memory's keys (0) or values (1), once per group: (groups, MEMORY, heads·D). */
  private Variable remembered(int which, int groups) {
    Variable part = slice(memory, 0, which, which + 1);
    return expand(reshape(part, Shape.of(MEMORY, heads * headDim)), groups);
  }

  private Variable headsNormalized(Variable rows) {
    Shape at = rows.shape();
    Shape byHead = Shape.of(at.dim(0), at.dim(1), heads, headDim);
    return reshape(pixelNorm(reshape(rows, byHead)), at);
  }
}
