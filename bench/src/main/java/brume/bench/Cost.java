package brume.bench;

import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.MatmulGeometry;

/**
 * What a kernel has to do by its definition, however it does it: an algorithm that multiplies less, as
 * Winograd's does, or computes something again, as the gradients of linear attention do, costs the same.
 * Only products of matrices, convolutions and attention have arithmetic that counts.
 *
 * @param multiplyAdds multiplications, each followed by an addition
 * @param floats numbers read and numbers written, every tensor once, and those that an optimizer
 *     modifies twice
 */
record Cost(double multiplyAdds, double floats) {

  static final Cost NOTHING = new Cost(0, 0);

  /** The cost of any kernel. */
  static Cost of(KernelCall call) {
    Object first = call.sizes().isEmpty() ? "" : call.sizes().get(0);
    if (first instanceof ConvGeometry at) {
      return of(at);
    } else if (first instanceof MatmulGeometry at) {
      return of(at);
    } else if (first instanceof AttentionGeometry at) {
      return attention(call, at);
    } else if (first instanceof Integer rows && call.kernel().startsWith("linear")) {
      double products = (double) rows * call.shapes().get(1).size(); // of x by w
      return new Cost(call.kernel().endsWith("Grad") ? 2 * products : products, traffic(call));
    }
    return new Cost(0, traffic(call));
  }

  /** The cost of a convolution, and of either of its gradients. */
  static Cost of(ConvGeometry at) {
    double filter = (double) at.kh() * at.kw() * at.cin() / at.window().groups();
    return new Cost(
        at.y().size() * filter,
        (double) at.x().size() + at.filters().size() + at.y().size());
  }

  /** The cost of a batch of matrix products. */
  static Cost of(MatmulGeometry at) {
    double batch = at.batch(), m = at.m(), n = at.n(), k = at.k();
    return new Cost(batch * m * n * k, batch * (m * k + k * n + m * n));
  }

  Cost plus(Cost other) {
    return new Cost(multiplyAdds + other.multiplyAdds, floats + other.floats);
  }

  Cost times(double factor) {
    return new Cost(factor * multiplyAdds, factor * floats);
  }

  double gflop() {
    return 2e-9 * multiplyAdds;
  }

  double gbyte() {
    return 4e-9 * floats;
  }

  /** Every product of a forward pass has two in the backward pass. */
  private static Cost attention(KernelCall call, AttentionGeometry at) {
    double scores = (double) at.lq() * at.lk() * at.n() * (at.inner() + at.innerV());
    double contexts = ((double) at.lq() + at.lk()) * at.d() * at.n() * at.innerV();
    return switch (call.kernel()) {
      case "attention", "attend" -> new Cost(scores, traffic(call, at));
      case "attentionGrad" -> new Cost(2 * scores, traffic(call, at));
      case "linearAttention" -> new Cost(contexts, traffic(call, at));
      case "linearAttentionGrad" -> new Cost(2 * contexts, traffic(call, at));
      case "linearSelfAttention" -> new Cost(contexts + projections(call, at), traffic(call));
      case "linearSelfAttentionGrad" ->
        new Cost(2 * (contexts + projections(call, at)), traffic(call));
      default ->
        throw new IllegalArgumentException(Text.of(
            "cost: expected a kernel of attention, got %s, whose arithmetic is not known yet",
            call.kernel()));
    };
  }

  /** Queries, keys and values from x, the first tensor, and the result by out, the third. */
  private static double projections(KernelCall call, AttentionGeometry at) {
    double in = 3.0 * at.inner() * call.shapes().get(0).size();
    return in + (double) at.n() * at.lq() * call.shapes().get(2).size();
  }

  /** Of tensors that hold queries, keys and values side by side only the columns of one. */
  private static double traffic(KernelCall call, AttentionGeometry at) {
    double sum = 0;
    for (Shape shape : call.shapes()) {
      boolean packed = shape.rank() > 1 && shape.dim(-1) == at.v().row();
      sum += packed ? (double) shape.size() / at.v().row() * at.innerV() : shape.size();
    }
    return sum;
  }

  private static double traffic(KernelCall call) {
    if (call.kernel().equals("copyBlock")) {
      return 2.0 * (Integer) call.sizes().get(0) * (Integer) call.sizes().get(1);
    }
    double sum = call.shapes().stream().mapToDouble(Shape::size).sum();
    return switch (call.kernel()) {
      case "adam" -> sum * 7 / 4; // reads g, p, m and v, writes p, m and v
      case "sgd" -> sum * 5 / 3;
      case "average" -> sum * 3 / 2;
      default -> sum;
    };
  }
}
