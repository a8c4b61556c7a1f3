package brume.tests.op;

import static brume.autograd.einsum.Axis.axis;
import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.reduce.Reduce.reduce;
import static brume.autograd.function.shape.Rearrange.rearrange;
import static brume.autograd.function.shape.Repeat.repeat;
import static brume.tensor.Shape.of;
import static brume.tests.op.Extreme.ONE_HUGE;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.autograd.function.reduce.Reduce.By;
import java.util.stream.Stream;

/** Einstein's summation, and patterns of axes. */
final class EinsumCases {

  private EinsumCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.concat(einsums(), patterns());
  }

  private static Stream<OpCase> einsums() {
    return Stream.of(
        op("einsum, matrix product", in(of(3, 4), of(4, 5)), v -> einsum("ij,jk->ik", v)),
        op("einsum, transposed product", in(of(3, 4), of(4, 5)), v -> einsum("ij,jk->ki", v)),
        op("einsum, batches inside", in(of(2, 3, 2, 4), of(2, 5, 2, 4)), v -> einsum("bihd,bjhd->bhij", v)),
        op("einsum, broadcast batches", in(of(3, 1, 2, 4), of(5, 4, 3)), v -> einsum("...ij,...jk->...ik", v)),
        op("einsum, one size is 1", in(of(3, 1), of(4, 5)), v -> einsum("ij,jk->ik", v)),
        op("einsum, transpose", in(of(3, 4)), v -> einsum("ba", v)),
        op("einsum, diagonal", in(of(3, 4, 3)), v -> einsum("iji->ji", v)),
        op("einsum, trace", in(of(4, 4)), v -> einsum("ii", v)),
        op("einsum, sum of one axis", in(of(3, 4, 2)), v -> einsum("ijk->ik", v)),
        op("einsum, sum of everything", in(of(3, 4)), v -> einsum("ij->", v)),
        op("einsum, nothing to do", in(of(3, 4)), v -> einsum("ij->ij", v)),
        op("einsum, outer product", in(of(3), of(4)), v -> einsum("i,j->ij", v)),
        op("einsum, dot product", in(of(5), of(5)), v -> einsum("i,i->", v)),
        op("einsum, by elements", in(of(3, 4), of(4, 3)), v -> einsum("ij,ji->ij", v)),
        op("einsum, scaled rows", in(of(3, 4), of(3)), v -> einsum("ij,i->ij", v)),
        op("einsum, scaled columns of a transpose", in(of(3, 4), of(3)), v -> einsum("ij,i->ji", v)),
        op("einsum, scaled between", in(of(2, 3, 4, 2), of(4, 3)), v -> einsum("aijb,ji->aijb", v)),
        op("einsum, sums on one side", in(of(3, 4), of(4, 5)), v -> einsum("ij,jk->k", v)),
        op("einsum, diagonals and a sum", in(of(3, 3, 4), of(3, 4, 5)), v -> einsum("iij,ijk->k", v)),
        op("einsum, three factors", in(of(3, 4), of(2, 4, 5), of(3, 5)), v -> einsum("bi,oij,bj->bo", v)),
        op("einsum, five factors", in(of(2, 3), of(3, 2), of(2), of(3, 3), of()), v -> einsum("ab,bc,c,bb,->ac", v)).except(ONE_HUGE, "10¹⁵ five times is no float"),
        op("einsum, ellipsis summed", in(of(2, 3, 4), of(4)), v -> einsum("...c,c->c", v)),
        op("einsum, the same twice", in(of(3, 4)), v -> einsum("ij,kj->ik", v[0], v[0])),
        op("einsum, frozen", in(of(3, 4), of(4, 5)), v -> einsum("ij,jk->ik", v)).constant(1));
  }

  private static Stream<OpCase> patterns() {
    return Stream.of(
        op("rearrange, heads", in(of(2, 6, 4)), v -> rearrange("b (h w) (n d) -> b n (h w) d", v[0], axis("h", 2), axis("n", 2))),
        op("rearrange, only shapes", in(of(2, 6, 4)), v -> rearrange("b (h w) c -> (b h) w 1 c", v[0], axis("h", 2))),
        op("rearrange, ellipsis", in(of(2, 3, 1, 4)), v -> rearrange("b ... c -> c (...) b", v[0])),
        op("reduce, pooled", in(of(2, 4, 6, 3)), v -> reduce("n (h 2) (w 3) c -> n h w c", By.MEAN, v[0])),
        op("reduce, to another order", in(of(2, 4, 3)), v -> reduce("a b c -> c 1 a", By.SUM, v[0])),
        op("reduce, largest", in(of(2, 6, 3)), v -> reduce("n (h p) c -> n h c", By.MAX, v[0], axis("p", 2))),
        op("reduce, smallest", in(of(2, 2, 3)), v -> reduce("n ... c -> c", By.MIN, v[0])),
        op("reduce, product", in(of(2, 3)), v -> reduce("... -> 1", By.PRODUCT, v[0])),
        op("reduce, nothing", in(of(2, 1, 3)), v -> reduce("a b c -> a c", By.MEAN, v[0])),
        op("repeat, rows and columns", in(of(2, 3)), v -> repeat("h w -> (h 2) (n w)", v[0], axis("n", 3))),
        op("repeat, new axis", in(of(2, 1, 3)), v -> repeat("b 1 ... -> b c ...", v[0], axis("c", 4))),
        op("repeat, once", in(of(2, 3)), v -> repeat("a b -> b n a", v[0], axis("n", 1))));
  }

  static Stream<OpCase> large() {
    return Stream.of(
        op("einsum, heads inside", in(of(3, 50, 4, 33), of(3, 70, 4, 33)), v -> einsum("bihd,bjhd->bhij", v)),
        op("einsum, nothing fits", in(of(9, 20, 31, 7), of(7, 31, 9, 40)), v -> einsum("bckd,dkbe->ceb", v)),
        op("einsum, long sums", in(of(300, 41, 17), of(41)), v -> einsum("abc,b->c", v)),
        op("einsum, attention", in(of(2, 3, 60, 32), of(2, 3, 70, 32), of(2, 3, 70)), v -> einsum("bhid,bhjd,bhj->bhi", v)),
        op("einsum, images", in(of(2, 17, 13, 11), of(33, 17)), v -> einsum("bchw,oc->bohw", v)));
  }

  // spotless:on
}
