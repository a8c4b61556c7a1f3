package brume.diffusion.run;

import brume.tensor.LateNumber;
import brume.tensor.Text;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A step that was given to the device. Its loss and the norm of its gradients may still be computed, and who
 * asks for them while the next step is under way does not keep the device waiting.
 *
 * @param number of the step, from 1
 * @param loss mean over its samples
 * @param norm of all gradients before clipping
 * @param rate of learning
 * @param began when it began, in nanoseconds of the system's clock
 * @param given when all of it was given to the device
 * @param memory of the process then, in MiB; null where the system does not tell
 */
record StepDone(
    int number,
    LateNumber loss,
    LateNumber norm,
    double rate,
    long began,
    long given,
    @Nullable Long memory) {

  private static final double SECONDS = 1e-9; // of a nanosecond

  /** Whether the host has to wait for its numbers. */
  boolean isLate() {
    return loss.isLate() || norm.isLate();
  }

  /**
   * What is known of it.
   *
   * @param former when the numbers of the step before were known, if they were late too
   * @return a line of the log
   * @throws IOException if numbers are not finite: parameters are spoiled, and must not be kept
   */
  TrainingLog.Line line(long former) throws IOException {
    boolean late = isLate();
    requireFinite(number, loss, norm);
    double seconds =
        late ? (System.nanoTime() - Math.max(began, former)) * SECONDS : (given - began) * SECONDS;
    return new TrainingLog.Line(number, loss.await(), norm.await(), rate, seconds, memory);
  }

  /**
   * Refuses to go on with numbers that are not finite.
   *
   * @param step its number
   * @param loss of the step
   * @param norm of its gradients
   * @throws IOException that names which it was
   */
  static void requireFinite(int step, LateNumber loss, LateNumber norm) throws IOException {
    requireFinite(step, "loss", loss.await());
    requireFinite(step, "norm of the gradients", norm.await());
  }

  private static void requireFinite(int step, String what, double value) throws IOException {
    if (!Double.isFinite(value)) {
      throw new IOException(Text.of(
              "step %d: expected a finite %s, got %s; start a new run with a smaller --lr, or with another",
              step, what, value)
          + " --seed");
    }
  }
}
