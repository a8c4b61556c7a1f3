package brume.diffusion.tensorboard;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's curves, samples and recipe into the folder {@code tensorboard} of the run, for {@code
 * tensorboard --logdir RUN}. Samples are those that a listener before this one has put into the run's
 * folder.
 */
public final class TensorBoard implements TrainingListener, AutoCloseable {

  private static final Duration BETWEEN_FLUSHES = Duration.ofSeconds(5);

  private final Recipe recipe;
  private final RunFolder folder;
  private final Clock clock;
  private @Nullable EventFile events; // from the beginning on
  private Instant lastFlush = Instant.MIN;

  /**
   * Writes nothing before the run begins.
   *
   * @param recipe of the run
   * @param folder of the run
   */
  public TensorBoard(Recipe recipe, RunFolder folder) {
    this.recipe = recipe;
    this.folder = folder;
    this.clock = Clock.systemUTC();
  }

  /**
   * Whether a run has such files already, so that whoever goes on with it should write them, too.
   *
   * @param folder of the run
   * @return false if nobody has asked for any
   */
  public static boolean isIn(RunFolder folder) {
    return Files.isDirectory(place(folder));
  }

  private static Path place(RunFolder folder) {
    return folder.path().resolve("tensorboard");
  }

  @Override
  public void begins(int step, Model model) throws IOException {
    EventFile begun = EventFile.create(place(folder), step, clock);
    events = begun;
    String json = SettingsFile.text(Recipe.ENGINE.write(recipe));
    begun.text(step, "recipe", json.indent(4)); // which Markdown shows as it stands
    begun.flush();
  }

  @Override
  public void stepped(TrainingLog.Line line) {
    EventFile to = events;
    if (to == null) {
      return;
    }
    Map<String, Double> values = new TreeMap<>();
    values.put("train/loss", line.loss());
    values.put("train/gradient_norm", line.gradientNorm());
    values.put("train/learning_rate", line.learningRate());
    values.put("train/samples_per_second", recipe.training().samplesPerStep() / line.seconds());
    to.scalars(line.step(), values);
    Instant now = clock.instant();
    if (lastFlush.isBefore(now.minus(BETWEEN_FLUSHES))) {
      lastFlush = now;
      to.flush();
    }
  }

  @Override
  public void samples(int step, Model average) throws IOException {
    show(step, folder.samplesAt(step));
  }

  @Override
  public void finished(Model average) throws IOException {
    show(recipe.training().steps(), folder.samplesAt(recipe.training().steps()));
  }

  private void show(int step, Path png) throws IOException {
    if (events != null && Files.exists(png)) {
      events.picture(step, "samples", Files.readAllBytes(png));
      events.flush();
    }
  }

  @Override
  public void saved(Checkpoint checkpoint) {
    if (events != null) {
      events.flush();
    }
  }

  @Override
  public void close() throws IOException {
    if (events != null) {
      events.close();
    }
  }
}
