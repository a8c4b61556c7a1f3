package brume.nn.optim;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;
import static brume.nn.ConfigException.unless;

import brume.autograd.Gradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Muon: matrices move by their mean gradient with all its singular values made about equal, so that rare
 * directions are learned as fast as common ones. Everything that is no matrix, such as biases and scales, is
 * left to Adam.
 *
 * <pre>
 *   b ← μ·b + (1 − μ)·g
 *   X = (1 − μ)·g + μ·b           (b, if it does not look ahead)
 *   X ← X/‖X‖, then five times    X ← a·X + (b·A + c·A²)·X       A = X·Xᵀ
 *   p ← (1 − lr·λ)·p − 0.2·√max(m, n)·lr·X
 * </pre>
 *
 * <p>The last factor gives steps the size of Adam's, so that both share a learning rate. A filter (Cout, KH,
 * KW, Cin) is taken as a matrix of Cout rows. Momenta belong to the scope that is innermost at construction.
 *
 * @see <a href="https://kellerjordan.github.io/posts/muon/">Jordan et al., Muon: an optimizer for hidden layers in
 *     neural networks (2024)</a>
 * @see <a href="https://arxiv.org/abs/2502.16982">Liu et al., Muon is Scalable for LLM Training (2025), eq. 4</a>
 */
public final class Muon implements Optimizer {

  private static final int ROUNDS = 5;
  private static final double A = 3.4445, B = -4.7750, C = 2.0315; // steepest at 0, as published
  private static final double LEAST_LENGTH = 1e-7;
  private static final double LIKE_ADAM = 0.2; // root mean square of Adam's steps

  private final Config config;
  private final Adam others;
  private final List<Slot> slots = new ArrayList<>();
  private final List<NamedParameter> state = new ArrayList<>();
  private double rate; // of the last step

  private record Slot(Variable parameter, Tensor momentum) {}

  /** What moves in a step: a parameter, its gradient, and where it is to go. */
  private record Move(Slot slot, Tensor gradient, Tensor ahead) {}

  /**
   * The settings.
   *
   * @param momentum μ, share of the mean gradient that is kept, in [0, 1)
   * @param nesterov whether to look ahead along it
   * @param others of Adam, which moves what is no matrix; its weight decay is that of the matrices, too
   */
  public record Config(double momentum, boolean nesterov, AdamConfig others) {

    /** Refuses numbers out of range. {@inheritDoc} */
    public Config {
      unless(momentum >= 0 && momentum < 1, "muon: expected momentum in [0, 1), got %s", momentum);
      unless(
          others.decoupled(),
          "muon: expected weight decay that is decoupled from the gradients, got another");
    }
  }

  /**
   * Creates momenta of zero.
   *
   * @param parameters what to change; those that require no gradient are left out
   * @param config momentum, and what is done to all others
   * @throws IllegalArgumentException if some are kept in 16 bits
   */
  public Muon(List<NamedParameter> parameters, Config config) {
    this.config = config;
    Buffers.requireFullWidth(parameters);
    List<NamedParameter> rest = new ArrayList<>();
    for (NamedParameter parameter : parameters) {
      if (!isMatrix(parameter.variable().shape())) {
        rest.add(parameter);
      } else if (parameter.variable().requiresGradient()) {
        Tensor momentum = Buffers.zerosFor(parameter, "momentum_buffer", state);
        slots.add(new Slot(parameter.variable(), momentum));
      }
    }
    this.others = new Adam(rest, config.others());
    state.addAll(others.state());
  }

  private static boolean isMatrix(Shape shape) {
    return shape.rank() >= 2 && shape.dim(0) > 1 && shape.size() > shape.dim(0);
  }

  @Override
  public void next(double learningRate) {
    others.next(learningRate);
    rate = learningRate;
  }

  /** The rate of matrices is an argument of their kernels: steps are not recorded with the rest. */
  @Override
  public void apply(Gradients gradients) {
    others.apply(gradients);
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      List<Move> moves = ahead(gradients);
      moves.stream()
          .collect(Collectors.groupingBy(
              move -> matrix(move.slot().parameter().shape()),
              LinkedHashMap::new,
              Collectors.toList()))
          .forEach((matrix, alike) -> move(matrix, alike));
    }
  }

  /** Mean gradients of this step, and where they lead. */
  private List<Move> ahead(Gradients gradients) {
    List<Move> moves = new ArrayList<>();
    for (Slot slot : slots) {
      gradients
          .of(slot.parameter())
          .ifPresent(gradient -> moves.add(new Move(slot, gradient, gradient.like())));
    }
    List<Tensor> g = moves.stream().map(Move::gradient).toList();
    List<Tensor> means = moves.stream().map(move -> move.slot().momentum()).toList();
    List<Tensor> ahead = moves.stream().map(Move::ahead).toList();
    if (!moves.isEmpty()) {
      OptimizerKernels on = OptimizerKernels.of(g.get(0));
      on.average(1 - config.momentum(), g, means);
      Overwriting.overwrite(ahead, config.nesterov() ? g : means);
      if (config.nesterov()) {
        on.average(config.momentum(), means, ahead);
      }
    }
    return moves;
  }

  /** Moves parameters of one shape. */
  private void move(Shape matrix, List<Move> alike) {
    try (Scope scope = Scope.open()) {
      Shape each = matrix.with(0, 1); // of a batch
      Variable evened = evened(concatenate(
          0,
          alike.stream()
              .map(move -> reshape(Variable.constant(move.ahead()), each))
              .toArray(Variable[]::new)));
      List<Tensor> x = new ArrayList<>(), p = new ArrayList<>(), free = new ArrayList<>();
      for (Move move : alike) {
        Variable parameter = move.slot().parameter();
        x.add(
            reshape(slice(evened, 0, x.size(), x.size() + 1), parameter.shape()).value());
        p.add(parameter.value());
        free.add(move.ahead());
      }
      double size = LIKE_ADAM * Math.sqrt(Math.max(matrix.dim(1), matrix.dim(2)));
      SgdCoefficients at =
          new SgdCoefficients(rate * size, config.others().weightDecay() / size, 0, 1, false, true);
      OptimizerKernels.of(p.get(0)).sgd(at, x, p, free);
    }
  }

  /** (1, rows, columns) of a parameter as a matrix. */
  private static Shape matrix(Shape shape) {
    return Shape.of(1, shape.dim(0), shape.size() / shape.dim(0));
  }

  /**
   * Matrices with their singular values made about equal, by Newton and Schulz's iteration.
   *
   * @param x (N, m, n)
   * @return (N, m, n) with the same singular vectors, and values of about 0.7 to 1.2 unless they were almost 0
   */
  static Variable evened(Variable x) {
    int count = x.shape().dim(0), rows = x.shape().dim(1), columns = x.shape().dim(2);
    int least = Math.min(rows, columns), most = Math.max(rows, columns);
    boolean wide = rows <= columns; // A = X·Xᵀ, else Xᵀ·X behind X, as small as can be
    Variable flat = reshape(x, Shape.of(count, rows * columns));
    Tensor even = reshape(normalize(flat, -1, LEAST_LENGTH), x.shape()).value();
    MatmulKernels on = MatmulKernels.of(even);
    MatmulGeometry squares = MatmulGeometry.batched(count, least, least, most, !wide, wide);
    MatmulGeometry square = MatmulGeometry.batched(count, least, least, least, false, false);
    MatmulGeometry moved = MatmulGeometry.batched(count, rows, columns, least, false, false);
    for (int i = 0; i < ROUNDS; i++) {
      Tensor gram = even.like(Shape.of(count, least, least));
      on.matmul(squares, 1, even, even, 0, gram);
      Tensor factor = copy(gram), next = copy(even);
      on.matmul(square, C, gram, gram, B, factor);
      on.matmul(moved, 1, wide ? factor : even, wide ? even : factor, A, next);
      even = next;
    }
    return Variable.constant(even);
  }

  private static Tensor copy(Tensor of) {
    Tensor copy = of.like();
    Overwriting.overwrite(List.of(copy), List.of(of));
    return copy;
  }

  @Override
  public long steps() {
    return others.steps();
  }

  @Override
  public List<NamedParameter> state() {
    return Collections.unmodifiableList(state);
  }

  @Override
  public void resumeAfter(long stepsTaken) {
    others.resumeAfter(stepsTaken);
  }
}
