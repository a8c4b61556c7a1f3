package brume.diffusion.run;

import brume.diffusion.objective.Batch;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Recording;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Training steps of one kind, from noise to averages, recorded on a device that repeats them at the cost of
 * starting one.
 *
 * <pre>
 *   batch → its places,  numbers of the host → theirs,  all of the step,  loss and norm ← where they lie
 * </pre>
 *
 * <p>A device does work once before it records it: that is a step like any other, and counts. What is recorded
 * then is done with numbers that no step has, and nothing of it is carried out. Mutable.
 */
final class RecordedStep implements AutoCloseable {

  private final TrainingStep passes;
  private final Update update;
  private final Scope.Aside room = new Scope.Aside();
  private final FixedBatch at;
  private RandomKey key;
  private Update.@Nullable Done first; // of the step that was done
  private Update.@Nullable Done repeated;
  private @Nullable Recording recording;
  private Optional<String> refusal = Optional.empty();

  /** What counts in a step. */
  record Moment(Batch batch, RandomKey random, double learningRate) {}

  /**
   * Does a step, and records it.
   *
   * @param passes there and back
   * @param update what follows, begun
   * @param now what counts in the step
   * @param other a key that no step has, by which a step takes the same way
   * @throws RuntimeException if the step cannot be done, in any way of its device
   */
  RecordedStep(TrainingStep passes, Update update, Moment now, RandomKey other) {
    this.passes = passes;
    this.update = update;
    this.at = room.own(() -> new FixedBatch(now.batch()));
    this.key = now.random();
    Backend device = Backend.of(now.batch().x0());
    try {
      recording = device.record(List.of(() -> work(now, other)));
    } catch (RuntimeException refused) { // whatever a device may say
      if (first == null) {
        room.close();
        throw refused; // the step itself could not be done
      }
      refusal = reason(refused);
    }
    count(now);
    verify();
  }

  private void verify() {
    Recording recorded = recording;
    if (recorded != null) {
      try {
        recorded.verify();
      } catch (RuntimeException refused) {
        refusal = reason(refused);
        recorded.close();
        recording = null;
      }
    }
  }

  private static Optional<String> reason(RuntimeException refused) {
    return Optional.of(String.valueOf(refused.getMessage()));
  }

  /** Everything is done twice, the second time for the record. */
  private void work(Moment now, RandomKey other) {
    Update.Done done = room.own(this::step);
    if (first == null) {
      first = done;
      key = other;
      at.disturb();
      update.disturb(now.learningRate());
    } else {
      repeated = done;
    }
  }

  /** Owned by the place of all that lasts: the numbers of the step, but nothing of what led to them. */
  private Update.Done step() {
    try (Scope step = Scope.open()) {
      if (first == null) { // its numbers stay, so there must be room for those of the second time
        at.batch().x0().like(Shape.of(1));
        at.batch().x0().like(Shape.of(1));
      }
      TrainingStep.Computed computed =
          passes.compute(part -> at.batch(), RandomKey.renewed(() -> key));
      Update.Done done = update.apply(computed, Update.Check.NONE);
      done.losses().parts().forEach(step::keep);
      done.norm().flatMap(norm -> norm.place()).ifPresent(step::keep);
      return done;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Lets the numbers of the step count again that was done. */
  private void count(Moment now) {
    key = now.random();
    at.take(now.batch());
    update.restore(now.learningRate());
  }

  /** Why steps cannot be repeated, if so. */
  Optional<String> refusal() {
    return refusal;
  }

  /** What is known of the step that was done before it was recorded. */
  Update.Done first() {
    if (first == null) {
      throw new IllegalStateException("record: expected a step that was done, got none");
    }
    return first;
  }

  /**
   * Does another step, which was begun.
   *
   * @param batch of the kind
   * @param random of the step
   * @return numbers that the next step overwrites
   */
  Update.Done repeat(Batch batch, RandomKey random) {
    Recording recorded = recording;
    Update.Done done = repeated;
    if (recorded == null || done == null) {
      throw new IllegalStateException("record: expected a step that was recorded, got none");
    }
    at.take(batch);
    key = random;
    recorded.replay();
    return done;
  }

  @Override
  public void close() {
    if (recording != null) {
      recording.close();
    }
    room.close();
  }
}
