package brume.diffusion.run;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.LossesSeen;
import brume.diffusion.objective.Objective;
import brume.diffusion.ranks.OrderedSum;
import brume.diffusion.ranks.Team;
import brume.nn.NamedParameter;
import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A step whose parts are computed by a team, each by one of it, as {@link TrainingStep} does it alone: the
 * same gradients, in the same order, and the same losses.
 */
final class SharedStep implements AutoCloseable {

  private final Team team;
  private final List<Variable> parameters; // the last first, as a backward pass comes to them
  private final Map<Variable, Integer> pieces = new IdentityHashMap<>();
  private final Objective objective;
  private final OrderedSum sum;
  private final int parts;
  private boolean stops;

  private SharedStep(Team team, List<Variable> parameters, Objective objective, int parts) {
    this.team = team;
    this.parameters = parameters;
    for (int piece = 0; piece < parameters.size(); piece++) {
      pieces.put(parameters.get(piece), piece);
    }
    this.objective = objective;
    this.parts = parts;
    int[] lengths = parameters.stream().mapToInt(p -> p.shape().size()).toArray();
    this.sum = new OrderedSum(team.ranks(), lengths, parts, team.wire());
  }

  /**
   * Steps of a run.
   *
   * @param team who shares them
   * @param state which all have alike
   * @param parts of a step
   * @throws IllegalArgumentException if there are more of the team than parts, or the device does not
   *     compute in single precision
   */
  static SharedStep of(Team team, Learning state, int parts) {
    List<Variable> parameters = new ArrayList<>(state.model().parameters().stream()
        .map(NamedParameter::variable)
        .distinct()
        .toList());
    Collections.reverse(parameters);
    for (Variable each : parameters) {
      if (each.value().dtype() != DType.F32) {
        throw new IllegalArgumentException(Text.of(
            "ranks: expected a device that computes in single precision, got %s",
            each.value().device().name()));
      }
    }
    return new SharedStep(team, parameters, state.objective(), parts);
  }

  /** Which batch this one of the team reads after one, both counted over all steps. */
  static long following(Team team, long batch, int parts) {
    int size = team.ranks().size();
    return batch % parts + size < parts
        ? batch + size
        : (batch / parts + 1) * parts + team.ranks().rank();
  }

  /** Whether somebody has asked to stop until the end of the last step; all know alike. */
  boolean stops() {
    return stops;
  }

  /**
   * What has come of one part.
   *
   * @param loss divided by the number of parts
   * @param order pieces that have a gradient, as the backward pass came to them
   * @param seen by the objective
   */
  private record Part(double loss, List<Integer> order, List<LossesSeen> seen) {

    void write(DataOutputStream out) throws IOException {
      out.writeDouble(loss);
      out.writeInt(order.size());
      for (int piece : order) {
        out.writeInt(piece);
      }
      out.writeInt(seen.size());
      for (LossesSeen each : seen) {
        out.writeInt(each.times().size());
        for (int n = 0; n < each.times().size(); n++) {
          out.writeInt(each.times().get(n));
          out.writeDouble(each.losses().get(n));
        }
      }
    }

    static Part read(DataInputStream in) throws IOException {
      double loss = in.readDouble();
      List<Integer> order = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        order.add(in.readInt());
      }
      List<LossesSeen> seen = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        List<Integer> times = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (int samples = in.readInt(); samples > 0; samples--) {
          times.add(in.readInt());
          losses.add(in.readDouble());
        }
        seen.add(new LossesSeen(times, losses));
      }
      return new Part(loss, order, seen);
    }
  }

  /**
   * Goes through the parts of this one, there and back, and adds up with the others.
   *
   * @param passes how a part is computed
   * @param samples of the step
   * @param random of the step
   * @param stop whether this one was asked to stop
   * @return losses and gradients of all parts, owned by the innermost scope
   * @throws IOException if samples cannot be read, or another of the team does not answer
   */
  TrainingStep.Computed compute(
      TrainingStep passes, TrainingStep.Source samples, RandomKey random, boolean stop)
      throws IOException {
    List<Part> own = new ArrayList<>();
    for (int round = 0; round < sum.rounds(); round++) {
      int part = sum.part(round);
      if (part < parts) {
        own.add(compute(passes, samples, random, part));
      }
      sum.endRound();
    }
    sum.finish(); // before anything else is said: ranks speak from one thread at a time
    List<Part> all = agree(own, stop);
    objective.giveSeen(all.stream().flatMap(part -> part.seen().stream()).toList());
    return new TrainingStep.Computed(new LossParts(losses(all)), gradients(all));
  }

  private Part compute(TrainingStep passes, TrainingStep.Source samples, RandomKey random, int part)
      throws IOException {
    try (Scope scope = Scope.open()) {
      Variable error = passes.loss(samples.part(part), random, part);
      Gradients gradients = error.backward(this::put);
      List<Integer> order = gradients.parameters().stream().map(this::piece).toList();
      return new Part(error.value().item(), order, objective.takeSeen());
    } catch (UncheckedIOException silent) {
      throw silent.getCause();
    }
  }

  private int piece(Variable parameter) {
    return Objects.requireNonNull(pieces.get(parameter));
  }

  /** Sends a gradient, maybe while others of the part are still computed. */
  private void put(Variable parameter, Tensor gradient) {
    try {
      sum.put(
          piece(parameter),
          (into, at) -> gradient.storage().read(0, into, at, gradient.shape().size()));
    } catch (IOException silent) {
      throw new UncheckedIOException(silent);
    }
  }

  /** What has come of all parts, in their order. */
  private List<Part> agree(List<Part> own, boolean stop) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBoolean(stop);
    for (Part part : own) {
      part.write(out);
    }
    List<DataInputStream> said = team.gather(bytes.toByteArray()).stream()
        .map(each -> new DataInputStream(new ByteArrayInputStream(each)))
        .toList();
    stops = false;
    for (DataInputStream each : said) {
      stops |= each.readBoolean();
    }
    List<Part> all = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      all.add(Part.read(said.get(part % said.size())));
    }
    return all;
  }

  private List<Tensor> losses(List<Part> all) {
    return all.stream()
        .map(part -> Tensor.of(parameters.get(0).value().device(), Shape.of(), (float) part.loss()))
        .toList();
  }

  /** In the order in which one process comes to them that goes through all parts. */
  private Gradients gradients(List<Part> all) {
    Map<Variable, Tensor> sums = new LinkedHashMap<>();
    for (Part part : all) {
      for (int piece : part.order()) {
        Variable parameter = parameters.get(piece);
        sums.computeIfAbsent(
            parameter,
            missing -> Tensor.of(missing.value().device(), missing.shape(), sum.sum(piece)));
      }
    }
    return Gradients.of(sums);
  }

  @Override
  public void close() {
    sum.close();
  }
}
