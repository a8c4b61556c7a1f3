package brume.tests.op;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.diffusion.likelihood.DiscretizedLogLikelihood.discretizedLogLikelihood;
import static brume.diffusion.likelihood.NormalCdf.normalCdf;
import static brume.diffusion.likelihood.NormalKl.normalKl;
import static brume.diffusion.likelihood.NormalLogLikelihood.normalLogLikelihood;
import static brume.tensor.Shape.of;
import static brume.tests.op.Extreme.HUNDREDS;
import static brume.tests.op.Extreme.ONE_HUGE;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.autograd.Variable;
import java.util.stream.Stream;

/** Functions of the variational bound. */
final class LikelihoodCases {

  private static final double FLOOR = 1e-12;
  private static final String OVERFLOWS = "a variance of e⁻¹⁰⁰ makes distances no float";
  private static final String SQUARED = "the square of 10¹⁵ times a precision is no float";

  private LikelihoodCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.of(
        op("normalCdf", in(of(2, 5)), v -> normalCdf(v[0])),
        op("normalKl", in(of(2, 5), of(2, 5), of(2, 5), of(2, 5)), v -> normalKl(v[0], v[1], v[2], v[3])).except(HUNDREDS, OVERFLOWS).except(ONE_HUGE, SQUARED),
        op("normalLogLikelihood", in(of(2, 5), of(2, 5), of(2, 5)), v -> normalLogLikelihood(v[0], v[1], v[2])).except(HUNDREDS, OVERFLOWS).except(ONE_HUGE, SQUARED),
        op("discretizedLogLikelihood", in(of(2, 5), of(2, 5), of(2, 5)), v -> discretizedLogLikelihood(inside(v[0]), inside(v[1]), affine(inside(v[2]), 1, -1), FLOOR)));
  }

  // spotless:on

  /** Between the outermost bins of pixels, where the likelihood is smooth. */
  private static Variable inside(Variable x) {
    return affine(tanh(x), 0.9, 0);
  }
}
