package brume.autograd.einsum;

import brume.tensor.kernel.BroadcastGeometry;
import java.util.ArrayList;
import java.util.List;

/** Turns a contraction into a program. Mutable: collects its steps. */
final class ContractionCompiler {

  private final Contraction contraction;
  private final LabelSizes sizes;
  private final String wanted; // labels of the result, each once
  private final List<Step> steps = new ArrayList<>();

  private ContractionCompiler(Contraction contraction) {
    this.contraction = contraction;
    this.sizes = contraction.sizes();
    this.wanted = Labels.distinct(contraction.output());
  }

  static Program compile(Contraction contraction) {
    if (contraction.sizes().byLabel().containsValue(0)) {
      return Program.ZERO;
    }
    ContractionCompiler compiler = new ContractionCompiler(contraction);
    compiler.store(compiler.multiplyAll());
    return new Program(List.copyOf(compiler.steps));
  }

  /** The product of all inputs, summed over what the output lacks. */
  private Factor multiplyAll() {
    List<Factor> factors = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < contraction.inputs().size(); i++) {
      Factor factor = Factor.dense(i, contraction.inputs().get(i), sizes);
      factors.add(factor);
      labels.add(factor.labels());
    }
    if (factors.size() == 1) {
      return summed(factors.get(0), Labels.common(wanted, labels.get(0)));
    }
    for (ContractionPlan.Pair pair : ContractionPlan.of(labels, wanted, sizes).pairs()) {
      Factor a = factors.get(pair.left()), b = factors.get(pair.right());
      labels.set(pair.left(), "");
      labels.set(pair.right(), "");
      boolean last = factors.size() == 2 * contraction.inputs().size() - 2;
      Factor product = product(a, b, String.join("", labels), last);
      factors.add(product);
      labels.add(product.labels());
    }
    return factors.get(factors.size() - 1);
  }

  /**
   * Multiplies two factors and sums over what nobody needs anymore.
   *
   * @param needed labels of all other factors
   * @param last whether there are none
   */
  private Factor product(Factor a, Factor b, String needed, boolean last) {
    String kept = Labels.common(Labels.union(wanted, needed), a.labels() + b.labels());
    boolean ordered = last && kept.equals(wanted);
    Factor left = summed(a, Labels.common(a.labels(), b.labels() + kept));
    Factor right = summed(b, Labels.common(b.labels(), a.labels() + kept));
    boolean sums =
        !Labels.without(Labels.common(left.labels(), right.labels()), kept).isEmpty();
    if (!sums && Labels.without(right.labels(), left.labels()).isEmpty()) {
      return scaled(left, right, ordered ? kept : left.ordered(kept));
    }
    if (!sums && Labels.without(left.labels(), right.labels()).isEmpty()) {
      return scaled(right, left, ordered ? kept : right.ordered(kept));
    }
    return matrixProduct(left, right, kept, ordered);
  }

  /** A factor with all labels times one with some of them. */
  private Factor scaled(Factor large, Factor small, String order) {
    Factor a = inRows(large, order), b = inRows(small, order);
    BroadcastGeometry at = BroadcastGeometry.of(a.view(order), b.view(order));
    return add(new Step.Multiply(a.value(), b.value(), at), order);
  }

  /** A factor whose numbers are neighbors, or the same, along the last label of an order. */
  private Factor inRows(Factor x, String order) {
    String last = order.substring(Math.max(0, order.length() - 1));
    return x.strideOf(last).orElseThrow() <= 1 ? x : dense(x, Labels.common(order, x.labels()));
  }

  private Factor matrixProduct(Factor a, Factor b, String labels, boolean ordered) {
    ProductLayout layout = ProductSearch.cheapest(a, b, labels, ordered);
    int left = copied(layout.left(), layout.swapped() ? b : a);
    int right = copied(layout.right(), layout.swapped() ? a : b);
    return add(
        new Step.Product(left, right, layout.calls(), layout.result().count()),
        layout.result().labels());
  }

  /** The value a layout reads, copied if it asks for that. */
  private int copied(Factor read, Factor original) {
    return read.value() == ProductSearch.COPY
        ? dense(original, read.labels()).value()
        : read.value();
  }

  /** A factor summed over all labels but some, which get this order. */
  private Factor summed(Factor x, String kept) {
    String over = Labels.without(x.labels(), kept);
    return over.isEmpty() ? x : add(new Step.Add(x.value(), x.view(kept), x.view(over)), kept);
  }

  /** A factor with these labels in this order; those it lacks repeat. */
  private Factor dense(Factor x, String order) {
    return x.isDense(order) ? x : add(new Step.Gather(x.value(), x.view(order)), order);
  }

  /** Makes the last step compute what the contraction asks for. */
  private void store(Factor x) {
    String output = contraction.output();
    if (!output.equals(wanted)) {
      Factor y = Factor.dense(x.value(), output, sizes);
      int size = (int) sizes.volume(output);
      add(new Step.Scatter(dense(x, wanted).value(), y.view(wanted), size), output);
    } else if (steps.isEmpty() || !x.isDense(wanted)) {
      add(new Step.Gather(x.value(), x.view(wanted)), wanted);
    }
  }

  private Factor add(Step step, String labels) {
    steps.add(step);
    return Factor.dense(contraction.inputs().size() + steps.size() - 1, labels, sizes);
  }
}
