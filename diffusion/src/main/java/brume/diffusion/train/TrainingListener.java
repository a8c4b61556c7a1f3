package brume.diffusion.train;

import java.io.IOException;

/** Who is told what happens in a run, and shows it. */
public interface TrainingListener {

  /**
   * The run begins or goes on.
   *
   * @param step number of the last step done, 0 at the start
   * @param model what learns
   * @throws IOException if that cannot be noted
   */
  void begins(int step, Model model) throws IOException;

  /**
   * A step is done.
   *
   * @param line what is known about it
   */
  void stepped(TrainingLog.Line line);

  /**
   * It is time to show samples.
   *
   * @param step number of the last step done
   * @param average the averaged model
   * @throws IOException if pictures cannot be written
   */
  void samples(int step, Model average) throws IOException;

  /** Somebody has asked to stop: pictures half drawn can be given up. Called by any thread. */
  void stopping();

  /**
   * A checkpoint was written.
   *
   * @param checkpoint where it is
   */
  void saved(Checkpoint checkpoint);

  /**
   * The last step is done and saved.
   *
   * @param average the averaged model
   * @throws IOException if pictures cannot be written
   */
  void finished(Model average) throws IOException;
}
