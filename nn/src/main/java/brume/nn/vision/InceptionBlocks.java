package brume.nn.vision;

import static brume.autograd.function.resample.AverageWindows.averageInside;
import static brume.autograd.function.resample.MaxPool.maxPool;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.tensor.kernel.PoolGeometry;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The five kinds of blocks of Inception version 3, with averages that leave the padding out. Names are those of
 * the published weights.
 *
 * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al., Rethinking the Inception Architecture for
 *     Computer Vision (2015), figures 5 to 7 and 10</a>
 */
final class InceptionBlocks {

  private InceptionBlocks() {}

  /** Figure 5: filters of one, three and five pixels. */
  static Branch threes(Parameters at, int in, int pooled) {
    return Branch.join(
        at,
        in,
        List.of(
            b -> b.one("branch1x1", 64),
            b -> b.one("branch5x5_1", 48).same("branch5x5_2", 64, 5, 5),
            b -> b.one("branch3x3dbl_1", 64)
                .same("branch3x3dbl_2", 96, 3, 3)
                .same("branch3x3dbl_3", 96, 3, 3),
            b -> b.then(InceptionBlocks::average).one("branch_pool", pooled)));
  }

  /** Figure 10: half as many places, more channels. */
  static Branch halving(Parameters at, int in) {
    return Branch.join(
        at,
        in,
        List.of(
            b -> b.inside("branch3x3", 384, 2),
            b -> b.one("branch3x3dbl_1", 64)
                .same("branch3x3dbl_2", 96, 3, 3)
                .inside("branch3x3dbl_3", 96, 2),
            b -> b.then(InceptionBlocks::halve)));
  }

  /** Figure 6: filters of seven pixels, across and down. */
  static Branch sevens(Parameters at, int in, int inner) {
    return Branch.join(
        at,
        in,
        List.of(
            b -> b.one("branch1x1", 192),
            b -> b.one("branch7x7_1", inner)
                .same("branch7x7_2", inner, 1, 7)
                .same("branch7x7_3", 192, 7, 1),
            b -> b.one("branch7x7dbl_1", inner)
                .same("branch7x7dbl_2", inner, 7, 1)
                .same("branch7x7dbl_3", inner, 1, 7)
                .same("branch7x7dbl_4", inner, 7, 1)
                .same("branch7x7dbl_5", 192, 1, 7),
            b -> b.then(InceptionBlocks::average).one("branch_pool", 192)));
  }

  /** Figure 10 with filters of seven pixels: half as many places again. */
  static Branch halvingSevens(Parameters at, int in) {
    return Branch.join(
        at,
        in,
        List.of(
            b -> b.one("branch3x3_1", 192).inside("branch3x3_2", 320, 2),
            b -> b.one("branch7x7x3_1", 192)
                .same("branch7x7x3_2", 192, 1, 7)
                .same("branch7x7x3_3", 192, 7, 1)
                .inside("branch7x7x3_4", 192, 2),
            b -> b.then(InceptionBlocks::halve)));
  }

  /** Figure 7: filters across beside filters down. */
  static Branch forks(Parameters at, int in, UnaryOperator<Variable> pool) {
    return Branch.join(
        at,
        in,
        List.of(
            b -> b.one("branch1x1", 320),
            b -> b.one("branch3x3_1", 384)
                .fork(
                    across -> across.same("branch3x3_2a", 384, 1, 3),
                    down -> down.same("branch3x3_2b", 384, 3, 1)),
            b -> b.one("branch3x3dbl_1", 448)
                .same("branch3x3dbl_2", 384, 3, 3)
                .fork(
                    across -> across.same("branch3x3dbl_3a", 384, 1, 3),
                    down -> down.same("branch3x3dbl_3b", 384, 3, 1)),
            b -> b.then(pool).one("branch_pool", 192)));
  }

  /** The mean of each pixel's neighborhood, as far as it lies in the picture. */
  static Variable average(Variable x) {
    return averageInside(x, pool(1, 1));
  }

  /** The greatest of each pixel's neighborhood. */
  static Variable greatest(Variable x) {
    return maxPool(x, pool(1, 1));
  }

  /** The greatest of every second neighborhood. */
  static Variable halve(Variable x) {
    return maxPool(x, pool(2, 0));
  }

  private static PoolGeometry.Window pool(int stride, int padding) {
    return new PoolGeometry.Window(3, 3, stride, stride, padding, padding, 1, 1, false);
  }
}
