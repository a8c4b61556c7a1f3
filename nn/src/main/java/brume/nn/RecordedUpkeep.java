package brume.nn;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Recording;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The upkeep of a network on a device that records: the third time it is recorded, later ones are repeated.
 * It is a recording of its own, since only the first pass of a step needs it. Mutable.
 */
final class RecordedUpkeep implements AutoCloseable {

  private final Upkeep upkeep;
  private int done; // before it is recorded
  private boolean refused;
  private @Nullable Recording recording;

  RecordedUpkeep(Upkeep upkeep) {
    this.upkeep = upkeep;
  }

  /**
   * Does it if it is due.
   *
   * @param device of the parameters
   * @param refusal is told why it cannot be recorded
   */
  void doIfDue(Backend device, Consumer<String> refusal) {
    if (!upkeep.isDue()) {
      return;
    }
    if (recording != null) {
      recording.replay();
      upkeep.repeated();
    } else if (refused || done < Recorder.FIRST) {
      done++;
      upkeep.run();
    } else {
      record(device, refusal);
    }
  }

  /** The device does it once, then calls it again without effect: once is what is due. */
  private void record(Backend device, Consumer<String> refusal) {
    try {
      recording = device.record(upkeep::run);
    } catch (RuntimeException reason) {
      refused = true;
      refusal.accept(String.valueOf(reason.getMessage()));
      if (upkeep.isDue()) { // refused before it was done
        upkeep.run();
      }
    }
  }

  @Override
  public void close() {
    if (recording != null) {
      recording.close();
      recording = null;
    }
  }
}
