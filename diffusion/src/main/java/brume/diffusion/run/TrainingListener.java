package brume.diffusion.run;

import java.io.IOException;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Who is told what happens in a run, and shows it. */
public interface TrainingListener {

  /** Shows nothing. */
  TrainingListener SILENT = new TrainingListener() {};

  /**
   * Tells of the steps and of nothing else.
   *
   * @param told what every step has come to
   * @return the listener
   */
  static TrainingListener ofSteps(Consumer<TrainingLog.Line> told) {
    return new TrainingListener() {
      @Override
      public void stepped(TrainingLog.Line line) {
        told.accept(line);
      }
    };
  }

  /**
   * The run begins or goes on.
   *
   * @param step number of the last step done, 0 at the start
   * @param model what learns
   * @throws IOException if that cannot be noted
   */
  default void begins(int step, Model model) throws IOException {}

  /**
   * A step is done.
   *
   * @param line what is known about it
   */
  default void stepped(TrainingLog.Line line) {}

  /**
   * It is time to show samples.
   *
   * @param step number of the last step done
   * @param average the averaged model
   * @throws IOException if pictures cannot be written
   */
  default void samples(int step, Model average) throws IOException {}

  /**
   * It is time to judge samples.
   *
   * @param step number of the last step done
   * @param average the averaged model
   * @return how good the run is, the lower the better; empty if nobody can tell
   * @throws IOException if what was found cannot be noted
   */
  default OptionalDouble evaluated(int step, Model average) throws IOException {
    return OptionalDouble.empty();
  }

  /** Somebody has asked to stop: pictures half drawn can be given up. Called by any thread. */
  default void stopping() {}

  /**
   * Something is not as it was when the run was stopped.
   *
   * @param sentence what differs
   */
  default void warned(String sentence) {
    LoggerFactory.getLogger(Trainer.class).warn(sentence);
  }

  /**
   * A checkpoint was written.
   *
   * @param checkpoint where it is
   */
  default void saved(Checkpoint checkpoint) {}

  /**
   * The last step is done and saved.
   *
   * @param average the averaged model
   * @throws IOException if pictures cannot be written
   */
  default void finished(Model average) throws IOException {}
}
