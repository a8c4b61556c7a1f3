package brume.tests.golden;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.List;
import java.util.Optional;

/**
 * The one denoiser of all process cases: per position a linear layer and a tanh.
 *
 * <pre>
 *   out[o] = skip[o]·x[o mod C] + gain[o]·tanh(weight[o]·z + bias[o] + timeWeight[o]·t/1000)
 * </pre>
 *
 * z is x, or (estimate, x) if weight has 2C columns, the estimate being 0 where there is none. Where
 * there is a classWeight, its row of the sample's class is added inside the tanh, the last one where no
 * class is told.
 */
final class SmallDenoiser implements Denoiser {

  static final List<String> PARAMETERS = List.of("weight", "bias", "time_weight", "gain", "skip");

  private final Variable weight, bias, timeWeight, gain, skip;
  private final Optional<Variable> classWeight; // (K + 1, outputs)
  private final boolean selfConditioned;

  SmallDenoiser(GoldenCase from, int channels, Device on) {
    this.weight = parameter(from, "weight", on);
    this.bias = parameter(from, "bias", on);
    this.timeWeight = parameter(from, "time_weight", on);
    this.gain = parameter(from, "gain", on);
    this.skip = parameter(from, "skip", on);
    this.classWeight =
        isToldClasses(from) ? Optional.of(parameter(from, "class_weight", on)) : Optional.empty();
    this.selfConditioned = weight.shape().dim(1) == 2 * channels;
  }

  /** Whether a case has the parameters of this denoiser. */
  static boolean isIn(GoldenCase asked) {
    return asked.params().containsAll(PARAMETERS);
  }

  /** Whether it looks at classes. */
  static boolean isToldClasses(GoldenCase asked) {
    return asked.params().contains("class_weight");
  }

  private static Variable parameter(GoldenCase from, String name, Device on) {
    return Variable.parameter(ChannelsLast.loadAsIs(from, "param." + name, on));
  }

  @Override
  public boolean isSelfConditioned() {
    return selfConditioned;
  }

  @Override
  public Variable predict(Query query) {
    Variable xt = query.xt();
    if (!selfConditioned) {
      return evaluate(xt, xt, query);
    }
    Variable former = query.condition().former().orElseGet(() -> zeros(xt));
    return evaluate(xt, concatenate(former, xt), query);
  }

  private static Variable zeros(Variable xt) {
    Tensor zeros = xt.value().like();
    ElementwiseKernels.of(zeros).fill(0, zeros);
    return Variable.constant(zeros);
  }

  private Variable evaluate(Variable x, Variable z, Query query) {
    double[] times = query.times();
    int samples = times.length, outputs = weight.shape().dim(0);
    Variable clock = query
        .learnedTimes()
        .map(learned -> reshape(learned, Shape.of(samples, 1)))
        .orElseGet(
            () -> Variable.constant(Tensor.of(x.value().device(), Shape.of(samples, 1), times)));
    Variable row = reshape(timeWeight, Shape.of(1, outputs));
    Variable shift = told(matmul(scale(clock, 1e-3), row), query);
    Variable inner = scaleShift(linear(z, weight, bias), concatenate(scale(shift, 0), shift));
    Variable straight = x;
    while (straight.shape().dim(-1) < outputs) {
      straight = concatenate(straight, x);
    }
    straight = slice(straight, -1, 0, outputs);
    return add(perChannel(straight, skip), perChannel(tanh(inner), gain));
  }

  private Variable told(Variable shift, Query query) {
    if (classWeight.isEmpty()) {
      return shift;
    }
    Variable table = classWeight.get();
    int samples = query.times().length;
    int[] rows = query.condition().rows(samples, table.shape().dim(0) - 1);
    return add(shift, embedding(table, Shape.of(samples), rows));
  }

  private static Variable perChannel(Variable x, Variable factors) {
    Variable each = expand(affine(factors, 1, -1), x.shape().dim(0));
    return scaleShift(x, concatenate(each, scale(each, 0)));
  }

  /** Compares the gradients of the parameters. */
  void check(Gradients gradients, Comparison results) {
    List<Variable> all = List.of(weight, bias, timeWeight, gain, skip);
    for (int i = 0; i < all.size(); i++) {
      results.checkAsIs(
          "grad.param." + PARAMETERS.get(i), gradients.of(all.get(i)).orElseThrow());
    }
    classWeight.ifPresent(table ->
        results.checkAsIs("grad.param.class_weight", gradients.of(table).orElseThrow()));
  }
}
