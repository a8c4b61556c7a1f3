package brume.diffusion.run;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The step that was given to the device last, of which nobody has been told yet. Mutable. */
final class LastStep {

  private final TrainingListener listener;
  private final @Nullable TrainingLog log;
  private @Nullable StepDone step;
  private long told; // when the numbers of the step before were known

  /**
   * None yet.
   *
   * @param listener is told of every step
   * @param log too, if there is one
   */
  LastStep(TrainingListener listener, @Nullable TrainingLog log) {
    this.listener = listener;
    this.log = log;
  }

  /** Another step was given: what the one before came to is there, or soon will be. */
  void follow(StepDone next) throws IOException {
    settle();
    step = next;
    if (!next.isLate()) {
      settle();
    }
  }

  /** Tells of the last step now, and waits for that if need be; nothing if it was told. */
  void settle() throws IOException {
    StepDone done = step;
    step = null;
    if (done == null) {
      return;
    }
    TrainingLog.Line line = done.line(told);
    told = System.nanoTime();
    if (log != null) {
      log.add(line);
    }
    listener.stepped(line);
  }
}
