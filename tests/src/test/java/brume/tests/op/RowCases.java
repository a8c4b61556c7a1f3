package brume.tests.op;

import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Pointwise.sigmoid;
import static brume.autograd.function.reduce.Amax.amax;
import static brume.autograd.function.reduce.Amin.amin;
import static brume.autograd.function.reduce.CumulativeProduct.cumulativeProduct;
import static brume.autograd.function.reduce.CumulativeSum.cumulativeSum;
import static brume.autograd.function.reduce.LogSoftmax.logSoftmax;
import static brume.autograd.function.reduce.LogSumExp.logSumExp;
import static brume.autograd.function.reduce.Max.max;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.reduce.Min.min;
import static brume.autograd.function.reduce.Norm.norm;
import static brume.autograd.function.reduce.Product.product;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.StandardDeviation.standardDeviation;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.reduce.Variance.variance;
import static brume.tensor.Shape.of;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.stream.Stream;

/** Functions of the numbers along some axes. */
final class RowCases {

  private static final double EPS = 1e-12;
  private static final Shape TEN_AXES = of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2);

  private RowCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.concat(toOneNumber(), toRows());
  }

  static Stream<OpCase> large() {
    return Stream.of(
        op("sum, of rows", in(of(500, 83)), v -> sum(v[0], Axes.of(-1))),
        op("sum, of columns", in(of(500, 83)), v -> sum(v[0], Axes.of(0))),
        op("sum, outside and inside", in(of(13, 50, 61)), v -> sum(v[0], Axes.of(0, 2))),
        op("sum, every other of ten axes", in(TEN_AXES), v -> sum(v[0], Axes.of(0, 2, 4, 6, 8))),
        op("sum, some of ten axes", in(TEN_AXES), v -> sum(v[0], Axes.of(1, 4, 5, 8))),
        op("variance, every other of ten axes", in(TEN_AXES), v -> variance(v[0], Axes.of(1, 3, 5, 7, 9), 1)),
        op("mean, of the middle", in(of(13, 50, 61)), v -> mean(v[0], Axes.of(1).keep())),
        op("variance, of columns", in(of(500, 83)), v -> variance(v[0], Axes.of(0), 1)),
        op("amax, of everything", in(of(300, 83)), v -> amax(v[0], Axes.all())),
        op("logSumExp, of rows", in(of(500, 83)), v -> logSumExp(v[0], Axes.of(-1))),
        op("logSoftmax, wide", in(of(50, 301)), v -> logSoftmax(v[0], -1)),
        op("cumulativeSum, of columns", in(of(200, 83)), v -> cumulativeSum(v[0], 0)),
        op("normalize, middle axis", in(of(7, 50, 61)), v -> normalize(v[0], 1, EPS)));
  }

  private static Stream<OpCase> toOneNumber() {
    return Stream.of(
        op("sum, last axis", in(of(2, 3, 4)), v -> sum(v[0], Axes.of(-1))),
        op("sum, first and last axis", in(of(2, 3, 4)), v -> sum(v[0], Axes.of(0, 2))),
        op("sum, axes kept", in(of(2, 3, 4, 2)), v -> sum(v[0], Axes.of(1, 2).keep())),
        op("sum, axes of length one", in(of(1, 3, 1)), v -> sum(v[0], Axes.of(0, 2))),
        op("mean, middle axis", in(of(2, 3, 4)), v -> mean(v[0], Axes.of(1))),
        op("mean, first axes", in(of(2, 3, 4)), v -> mean(v[0], Axes.of(0, 1).keep())),
        op("variance", in(of(2, 3, 4)), v -> variance(v[0], Axes.of(0, 2), 1)),
        op("variance, of all there are", in(of(3, 4)), v -> variance(v[0], Axes.of(1).keep(), 0)),
        op("variance, of one number", in(of(3, 1)), v -> variance(v[0], Axes.of(1), 0)),
        op("standardDeviation", in(of(2, 3, 4)), v -> standardDeviation(v[0], Axes.of(0, 2), 1)),
        op("standardDeviation, of all", in(of(7)), v -> standardDeviation(v[0], Axes.all(), 0)),
        op("amax", in(of(2, 3, 4)), v -> amax(v[0], Axes.of(0, 2))),
        op("amin", in(of(2, 3, 4)), v -> amin(v[0], Axes.of(1).keep())),
        op("max", in(of(2, 3, 4)), v -> max(v[0], Axes.of(1))),
        op("max, of one number", in(of()), v -> max(v[0], Axes.all())),
        op("min", in(of(2, 3, 4)), v -> min(v[0], Axes.of(-1).keep())),
        op("product", in(of(2, 3, 4)), v -> product(v[0], Axes.of(1))),
        op("product, of two axes", in(of(2, 3, 2)), v -> product(v[0], Axes.of(0, 2))),
        op("norm", in(of(2, 3, 4)), v -> norm(v[0], Axes.of(0, 2))),
        op("norm, of one number", in(of(3, 1)), v -> norm(v[0], Axes.of(-1))),
        op("logSumExp", in(of(2, 3, 4)), v -> logSumExp(v[0], Axes.of(0, 2))),
        op("logSumExp, of one number", in(of(3, 1)), v -> logSumExp(v[0], Axes.of(-1).keep())));
  }

  private static Stream<OpCase> toRows() {
    return Stream.of(
        op("softmax, first axis", in(of(4, 3)), v -> softmax(v[0], 0)),
        op("logSoftmax", in(of(2, 3, 5)), v -> logSoftmax(v[0], -1)),
        op("logSoftmax, middle axis", in(of(2, 3, 5)), v -> logSoftmax(v[0], 1)),
        op("logSoftmax, one class", in(of(3, 1)), v -> logSoftmax(v[0], 1)),
        op("cumulativeSum", in(of(2, 5)), v -> cumulativeSum(v[0], -1)),
        op("cumulativeSum, first axis", in(of(4, 3)), v -> cumulativeSum(v[0], 0)),
        op("cumulativeProduct", in(of(2, 5)), v -> cumulativeProduct(v[0], -1)),
        op("cumulativeProduct, middle axis", in(of(2, 3, 2)), v -> cumulativeProduct(v[0], 1)),
        op("normalize", in(of(2, 5)), v -> normalize(v[0], -1, EPS)),
        op("normalize, first axis", in(of(4, 3)), v -> normalize(v[0], 0, EPS)),
        op("normalize, one number", in(of(3, 1)), v -> normalize(v[0], 1, EPS)),
        op("crossEntropy", in(of(2, 3, 5), of(2, 3, 5)), v -> crossEntropy(v[0], sigmoid(v[1]))).constant(1),
        op("crossEntropy, one class", in(of(3, 1), of(3, 1)), v -> crossEntropy(v[0], v[1])).constant(1));
  }

  // spotless:on
}
