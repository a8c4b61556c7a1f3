package brume.diffusion.run;

import brume.diffusion.objective.Batch;
import brume.nn.Network;
import brume.nn.Recorder;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Training steps that are recorded as a whole on devices where starting work costs time: a kind of step that
 * comes a third time is recorded, and from then on one start does all of it. Parameters end in the same bits.
 * Where steps cannot be recorded as a whole, the network alone is, by its own {@link Recorder}. Until it is
 * closed; mutable, for one thread.
 */
public final class StepRecorder implements AutoCloseable {

  private final Backend device;
  private final Network model;
  private final Recorder network;
  private final TrainingStep passes;
  private final Update update;
  private final Told told;
  private final Map<List<Object>, Kind> kinds = new HashMap<>();
  private Recorder.@Nullable Session networkAlone;

  /**
   * Who is told what is not recorded.
   *
   * @param whole is told once why steps are not recorded as a whole
   * @param network is told once why not even the network is
   */
  public record Told(Consumer<String> whole, Consumer<String> network) {}

  /** Steps that differ in numbers only. */
  private static final class Kind {
    private int done;
    private @Nullable RecordedStep recorded;
  }

  /**
   * Records from now on, where the device can.
   *
   * @param model to be trained
   * @param network what records it alone
   * @param passes a step, there and back
   * @param update what a step does with its gradients
   * @param told who is told what is not recorded
   */
  public StepRecorder(
      Network model, Recorder network, TrainingStep passes, Update update, Told told) {
    this.device = Backend.of(model.parameters().get(0).variable().value());
    this.model = model;
    this.network = network;
    this.passes = passes;
    this.update = update;
    this.told = told;
  }

  /**
   * Does a step.
   *
   * @param samples of the step
   * @param random of the step
   * @param learningRate of the step
   * @param check is asked before anything is moved, where the step is done as ever
   * @return what is known of it, valid until the next step or the end of the innermost scope
   * @throws IOException if samples cannot be read, or the check refuses
   */
  public Update.Done step(
      TrainingStep.Source samples, RandomKey random, double learningRate, Update.Check check)
      throws IOException {
    update.next(learningRate);
    if (networkAlone != null) {
      return direct(samples, random, check);
    }
    if (!device.records()) {
      return direct(samples, random, check);
    }
    if (passes.parts() > 1) {
      refuse("each has parts that are added up");
      return direct(samples, random, check);
    }
    Batch batch = samples.part(0);
    if (!FixedBatch.holds(batch)) {
      refuse("samples come with texts");
      return direct(part -> batch, random, check);
    }
    boolean longer = passes.objective().branches(model, random);
    List<Object> name = new ArrayList<>(FixedBatch.kind(batch));
    name.add(longer);
    Kind kind = kinds.computeIfAbsent(name, any -> new Kind());
    RecordedStep known = kind.recorded;
    if (known != null) {
      return known.repeat(batch, random);
    }
    if (kind.done < Recorder.FIRST) {
      kind.done++;
      return direct(part -> batch, random, check);
    }
    return record(kind, new RecordedStep.Moment(batch, random, learningRate), longer);
  }

  /** How several compute a step together. */
  @FunctionalInterface
  public interface Sharing {
    /**
     * Computes losses and gradients.
     *
     * @param passes there and back
     * @return of the whole step, owned by the innermost scope
     * @throws IOException if samples cannot be read, or another one does not answer
     */
    TrainingStep.Computed compute(TrainingStep passes) throws IOException;
  }

  /**
   * Does a step whose gradients are computed by several, and recorded by none of them as a whole.
   *
   * @param sharing computes them
   * @param learningRate of the step
   * @param check is asked before anything is moved
   * @return what is known of it, valid until the end of the innermost scope
   * @throws IOException if they cannot be computed, or the check refuses
   */
  public Update.Done shared(Sharing sharing, double learningRate, Update.Check check)
      throws IOException {
    update.next(learningRate);
    if (networkAlone == null && device.records()) {
      refuse("several share each of them");
    }
    return update.apply(sharing.compute(passes), check);
  }

  private Update.Done direct(TrainingStep.Source samples, RandomKey random, Update.Check check)
      throws IOException {
    Optional<OneByOne> single = OneByOne.of(passes, update, device);
    return single.isPresent()
        ? single.get().take(samples.part(0), random, check)
        : update.apply(passes.compute(samples, random), check);
  }

  private Update.Done record(Kind kind, RecordedStep.Moment now, boolean longer) {
    RandomKey other = now.random().child("disturbed");
    for (long i = 0; passes.objective().branches(model, other) != longer; i++) {
      other = now.random().child("disturbed", i);
    }
    RecordedStep recorded = new RecordedStep(passes, update, now, other);
    kind.recorded = recorded;
    recorded.refusal().ifPresent(this::refuse);
    return recorded.first();
  }

  /** From now on the network alone is recorded. */
  private void refuse(String reason) {
    told.whole().accept(reason);
    networkAlone = network.begin(told.network());
  }

  /**
   * How many kinds of steps are repeated as a whole now.
   *
   * @return 0 if none is
   */
  public long recorded() {
    return kinds.values().stream()
        .filter(kind -> Optional.ofNullable(kind.recorded)
            .filter(step -> step.refusal().isEmpty())
            .isPresent())
        .count();
  }

  /** Gives back the memory of recordings. */
  @Override
  public void close() {
    for (Kind kind : kinds.values()) {
      if (kind.recorded != null) {
        kind.recorded.close();
      }
    }
    kinds.clear();
    if (networkAlone != null) {
      networkAlone.close();
    }
  }
}
