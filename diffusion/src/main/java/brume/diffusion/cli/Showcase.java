package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.data.Retold;
import brume.diffusion.image.Gif;
import brume.diffusion.image.LossPlot;
import brume.diffusion.image.Picture;
import brume.diffusion.image.PlotException;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.report.RunPage;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Choice;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shows a run: its progress on the terminal, its samples, animation and plot in its folder. */
final class Showcase implements TrainingListener, AutoCloseable {

  private static final int FRAMES = 25, FRAME_MS = 120, LAST_FRAME_MS = 3000;
  private static final int EACH = 4; // samples of a text

  private final Recipe recipe;
  private final RunFolder folder;
  private final Device device;
  private final Exhibit exhibit;
  private final @Nullable Enlargements enlargements; // of runs that learn to enlarge
  private final List<String> prompts; // of runs that are told texts
  private final int likes; // pictures that samples shall be like, of runs that are told those
  private final Dataset data;
  private @Nullable TerminalProgress progress; // from the first step on
  private int steps; // of this process
  private double smoothedLoss;
  private double smoothedSeconds;
  private volatile boolean stopping;

  /**
   * Shows nothing yet.
   *
   * @param recipe of the run
   * @param folder of the run
   * @param data what is learned from, of which a run that enlarges pictures shows some
   * @param device where the model is
   */
  Showcase(Recipe recipe, RunFolder folder, Dataset data, Device device) throws IOException {
    this.recipe = recipe;
    this.folder = folder;
    this.device = device;
    boolean enlarges = recipe.samples().count() > 0;
    this.enlargements = enlarges && recipe.condition() instanceof SuperResolution how
        ? Enlargements.of(recipe, how, data)
        : null;
    Dataset told = Retold.with(data, recipe.network().says());
    this.prompts = recipe.condition().texts().isPresent() && told.captioned()
        ? firstCaptions(told, recipe.samples().count())
        : List.of();
    this.data = data;
    this.likes = recipe.condition().pictures().isPresent()
        ? Math.min(data.size(), Math.max(1, recipe.samples().count() / EACH))
        : 0;
    this.exhibit = enlargements == null
        ? recipe
            .data()
            .exhibit()
            .inTurn(Math.max(likes, Math.max(prompts.size(), recipe.classes().size())))
        : enlargements.exhibit(device);
  }

  /** What the first pictures show; each text is drawn four times. */
  private static List<String> firstCaptions(Dataset data, int samples) {
    return IntStream.range(0, Math.min(data.size(), Math.max(1, samples / EACH)))
        .mapToObj(index -> data.caption(index, 0))
        .toList();
  }

  @Override
  public void begins(int step, Model model) {
    progress = new TerminalProgress("training", step, recipe.training().steps());
    say(Text.of(
        "%s with %,d parameters, %s; %,d steps of %d %s",
        recipe.network().noun(),
        model.size(),
        step == 0 ? "fresh" : "as after step " + step,
        recipe.training().steps(),
        recipe.training().samplesPerStep(),
        exhibit.things()));
    Telling.event("run", facts -> facts
        .put("folder", folder.path().toString())
        .put("device", device.name())
        .put("parameters", model.size())
        .put("step", step)
        .put("steps", recipe.training().steps())
        .put("samplesPerStep", recipe.training().samplesPerStep()));
  }

  @Override
  public void saved(Checkpoint checkpoint) {
    Telling.event("checkpoint", facts -> facts
        .put("step", checkpoint.state().step())
        .put("folder", checkpoint.folder().toString()));
  }

  @Override
  public void stepped(TrainingLog.Line line) {
    Telling.event("step", facts -> facts.setAll(line.tree()));
    smoothedLoss = smooth(smoothedLoss, line.loss());
    smoothedSeconds = smooth(smoothedSeconds, line.seconds());
    steps++;
    int pictures = recipe.training().samplesPerStep();
    double speed = pictures / smoothedSeconds;
    int left = recipe.training().steps() - line.step();
    if (progress != null) {
      String how = String.format(
          Locale.ROOT,
          speed < 10 ? "loss %.4f  %.1f %s/s  %s" : "loss %.4f  %.0f %s/s  %s",
          smoothedLoss,
          speed,
          exhibit.things(),
          TerminalProgress.left(left * smoothedSeconds));
      progress.at(line.step(), how);
    }
  }

  @Override
  public void samples(int step, Model average) throws IOException {
    if (!recipe.objective().draws()) {
      return; // others show what is learned
    }
    try {
      float[] drawn = draw(average, (done, of, first, x) -> {
        if (progress != null) {
          progress.at(step, Text.of("drawing samples, step %d of %d", done, of));
        }
      });
      ifPossible(() -> {
        exhibit.write(folder.samplesAt(step), drawn);
        madeSamples(step, folder.samplesAt(step), Text.of("step %d: ", step));
      });
    } catch (CancellationException stopped) {
      return; // training will stop, too, and says so
    }
  }

  @Override
  public void stopping() {
    stopping = true;
  }

  @Override
  public void warned(String sentence) {
    Telling.warn(sentence);
  }

  @Override
  public void finished(Model average) throws IOException {
    try {
      if (recipe.objective().draws() && recipe.samples().count() > 0) {
        showSamples(average);
      }
    } catch (CancellationException stopped) {
      say(Text.of(
          "stopped drawing; draw with: %s %s --run %s%s",
          CommandName.get(),
          enlargements == null ? "sample" : "enlarge",
          folder.path(),
          enlargements == null ? "" : " --image PICTURE"));
    }
    ifPossible(() -> {
      plotLoss();
      say("made " + folder.lossPlot());
    });
    say("made " + RunPage.write(folder));
  }

  /** People are told one sentence, programs one event. */
  private void madeSamples(int step, Path file, String begin) {
    if (!Telling.isJson()) {
      say(begin + file);
    }
    Telling.event("samples", facts -> facts.put("step", step).put("file", file.toString()));
  }

  private void showSamples(Model average) throws IOException {
    close();
    Drawing how = drawing(average);
    int all = how.sampler().steps();
    long total =
        how.stepsFor(Choice.none(), SampleNumbers.first(recipe.samples().count()), 0);
    TerminalProgress drawing = new TerminalProgress("drawing", 0, total);
    progress = drawing;
    List<float[]> states = new ArrayList<>();
    float[] drawn = draw(average, (done, of, first, x) -> {
      drawing.evenlyAt(done, recipe.samples().count() + " " + exhibit.things());
      boolean shown = done == all || done % Math.max(1, all / FRAMES) == 0;
      if (first == 0 && shown) {
        states.add(PictureTensor.toUnlimited(how.finish().apply(x)));
      }
    });
    drawing.close();
    exhibit.verdict(drawn).ifPresent(this::say);
    ifPossible(() -> {
      exhibit.write(folder.samplesAt(recipe.training().steps()), drawn);
      exhibit.write(folder.samples(), drawn);
      madeSamples(recipe.training().steps(), folder.samples(), "made ");
    });
    ifPossible(() -> {
      List<Picture> frames = new ArrayList<>();
      for (float[] state : states) {
        frames.add(exhibit.frame(state));
      }
      Gif.write(folder.denoising(), frames, FRAME_MS, LAST_FRAME_MS);
      say("made " + folder.denoising());
    });
  }

  private Drawing drawing(Model average) {
    return average.drawing(recipe, recipe.seed(), Drawing.usualBatch(recipe.sampled()));
  }

  /** Draws as many samples as are shown, unless somebody asks to stop. */
  private float[] draw(Model average, Drawing.Watcher watcher) throws IOException {
    try (Scope scope = Scope.open()) {
      return drawing(average)
          .draw(asked(average), device, recipe.samples().count(), (done, of, first, x) -> {
            if (stopping) {
              throw new CancellationException("asked to stop while drawing");
            }
            watcher.step(done, of, first, x);
          });
    }
  }

  private Asked asked(Model average) throws IOException {
    if (likes > 0) {
      return Asked.like(average, recipe, firstPictures());
    }
    if (enlargements != null) {
      return enlargements.asked(average, device);
    }
    return prompts.isEmpty()
        ? Asked.inTurn(average, recipe, Classes.named(null, recipe.classes()))
        : Asked.saying(average, recipe, prompts, Collections.nCopies(prompts.size(), ""));
  }

  /** Pictures of the data; samples are drawn four times like each. */
  private Tensor firstPictures() throws IOException {
    Shape one = recipe.data().shape();
    float[] pictures = new float[Shape.product(likes, one.size())];
    for (int n = 0; n < likes; n++) {
      data.read(n, false, pictures, n * one.size());
    }
    return PictureTensor.of(device, Shape.of(likes, one.dim(0), one.dim(1), one.dim(2)), pictures);
  }

  /** Something to write. */
  @FunctionalInterface
  private interface Writing {
    void write() throws IOException;
  }

  /** A machine that cannot draw text can train nevertheless. */
  private void ifPossible(Writing writing) throws IOException {
    try {
      writing.write();
    } catch (PlotException unplottable) {
      say("brume: " + unplottable.getMessage());
    }
  }

  private void plotLoss() throws IOException {
    List<TrainingLog.Line> lines = TrainingLog.read(folder.log());
    LossPlot.write(
        folder.lossPlot(),
        "Loss on " + recipe.data().title(),
        lines.stream().mapToLong(TrainingLog.Line::step).toArray(),
        lines.stream().mapToDouble(TrainingLog.Line::loss).toArray());
  }

  private void say(String sentence) {
    if (progress != null) {
      progress.say(sentence);
    }
  }

  /** The mean of the steps but the first, which is slow; of more than twenty, the latest count most. */
  private double smooth(double before, double now) {
    double share = steps < 2 ? 1 : Math.max(0.05, 1.0 / steps);
    return before + share * (now - before);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
