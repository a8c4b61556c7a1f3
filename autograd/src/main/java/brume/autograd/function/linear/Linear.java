package brume.autograd.function.linear;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fully connected layer: the same matrix applied to the channels of every position.
 *
 * <pre>
 *   y  = x·wᵀ + b
 *   dx = dy·w,  dw = dyᵀ·x,  db = Σ dy      x and dy as matrices (positions, channels)
 * </pre>
 *
 * @param x (..., In) saved input
 * @param w (Out, In) saved weight
 * @param biased whether there is a b
 */
public record Linear(Tensor x, Tensor w, boolean biased) implements Differentiable {

  private static final int X = 0, W = 1, BIAS = 2;

  /**
   * Applies a matrix without bias.
   *
   * @param x (..., In)
   * @param w (Out, In)
   * @return (..., Out)
   * @throws ShapeException if {@code x} and {@code w} do not share In
   */
  public static Variable linear(Variable x, Variable w) {
    return Variable.of(product(x, w), new Linear(x.value(), w.value(), false), x, w);
  }

  /**
   * Applies a matrix and adds a bias.
   *
   * @param x (..., In)
   * @param w (Out, In)
   * @param bias (Out)
   * @return (..., Out)
   * @throws ShapeException if {@code x} and {@code w} do not share In, or {@code bias} is not (Out)
   */
  public static Variable linear(Variable x, Variable w, Variable bias) {
    Tensor y = room(x, w);
    Expect.perOutput("linear", bias.shape(), w.shape());
    MatmulKernels.of(y).linear(positions(x.shape()), x.value(), w.value(), bias.value(), y);
    return Variable.of(y, new Linear(x.value(), w.value(), true), x, w, bias);
  }

  /**
   * Applies several matrices to the same input, and adds a bias to each result.
   *
   * @param x (..., In)
   * @param ws (Outᵢ, In)
   * @param biases (Outᵢ)
   * @return (..., Outᵢ) for each matrix
   * @throws ShapeException as of {@link #linear(Variable, Variable, Variable)}
   */
  public static List<Variable> linears(Variable x, List<Variable> ws, List<Variable> biases) {
    List<Tensor> ys = new ArrayList<>();
    for (int i = 0; i < ws.size(); i++) {
      ys.add(room(x, ws.get(i)));
      Expect.perOutput("linear", biases.get(i).shape(), ws.get(i).shape());
    }
    MatmulKernels.of(x.value())
        .linears(positions(x.shape()), x.value(), values(ws), values(biases), ys);
    List<Variable> results = new ArrayList<>();
    for (int i = 0; i < ys.size(); i++) {
      Linear step = new Linear(x.value(), ws.get(i).value(), true);
      results.add(Variable.of(ys.get(i), step, x, ws.get(i), biases.get(i)));
    }
    return results;
  }

  private static List<Tensor> values(List<Variable> variables) {
    return variables.stream().map(Variable::value).toList();
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    if (isWhole(grads)) {
      backward(List.of(this), List.of(dy), List.of(grads));
      return;
    }
    int in = w.shape().dim(1), out = w.shape().dim(0), positions = positions(x.shape());
    grads.put(X, () -> {
      Tensor dx = x.like();
      MatmulKernels.of(dx)
          .matmul(MatmulGeometry.single(positions, in, out, false, false), 1, dy, w, 0, dx);
      return dx;
    });
    grads.put(W, () -> {
      Tensor dw = w.like();
      MatmulKernels.of(dw)
          .matmul(MatmulGeometry.single(out, in, positions, true, false), 1, dy, x, 0, dw);
      return dw;
    });
    if (biased) {
      grads.put(BIAS, () -> AddBias.biasGradient(dy));
    }
  }

  private boolean isWhole(InputGradients grads) {
    return biased && grads.wants(X) && grads.wants(W) && grads.wants(BIAS);
  }

  @Override
  public boolean joins(Differentiable other) {
    return biased && other instanceof Linear next && next.biased && next.x == x;
  }

  @Override
  public void backward(List<Differentiable> steps, List<Tensor> dys, List<InputGradients> grads) {
    List<Linear> layers = steps.stream().map(Linear.class::cast).toList();
    if (!IntStream.range(0, layers.size()).allMatch(i -> layers.get(i).isWhole(grads.get(i)))) {
      Differentiable.super.backward(steps, dys, grads);
      return;
    }
    List<Tensor> ws = layers.stream().map(Linear::w).toList();
    List<Tensor> dws = ws.stream().map(Tensor::like).toList();
    List<Tensor> dbs = ws.stream().map(m -> m.like(Shape.of(m.shape().dim(0)))).toList();
    Tensor dx = x.like();
    Optional<Tensor> before = grads.get(0).received(X);
    MatmulKernels.of(x).linearGrads(positions(x.shape()), x, ws, dys, before, dx, dws, dbs);
    grads.get(0).putTotal(X, dx);
    for (int i = 0; i < ws.size(); i++) {
      grads.get(i).put(W, dws.get(i));
      grads.get(i).put(BIAS, dbs.get(i));
    }
  }

  private static Tensor product(Variable x, Variable w) {
    Tensor y = room(x, w);
    int in = w.shape().dim(1), out = w.shape().dim(0);
    MatmulGeometry at = MatmulGeometry.single(positions(x.shape()), out, in, false, true);
    MatmulKernels.of(y).matmul(at, 1, x.value(), w.value(), 0, y);
    return y;
  }

  /** A tensor for the result. */
  private static Tensor room(Variable x, Variable w) {
    ShapeException.unless(
        w.shape().rank() == 2, "linear: expected weight of shape (Out, In), got %s", w.shape());
    ShapeException.unless(
        x.shape().rank() >= 1 && x.shape().dim(-1) == w.shape().dim(1),
        "linear: expected x (..., In) with In = %d as in weight %s, got x %s",
        w.shape().dim(1),
        w.shape(),
        x.shape());
    return x.value().like(x.shape().with(-1, w.shape().dim(0)));
  }

  private static int positions(Shape x) {
    return x.with(-1, 1).size();
  }
}
