package brume.diffusion.cli;

import brume.diffusion.image.Gif;
import brume.diffusion.image.LossPlot;
import brume.diffusion.image.Picture;
import brume.diffusion.image.PlotException;
import brume.diffusion.train.Checkpoint;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.Model;
import brume.diffusion.train.PictureTensor;
import brume.diffusion.train.RunConfig;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Sampling;
import brume.diffusion.train.TrainingListener;
import brume.diffusion.train.TrainingLog;
import brume.nn.NamedParameter;
import brume.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Shows a run: its progress on the terminal, its samples, animation and plot in its folder. */
final class Showcase implements TrainingListener, AutoCloseable {

  private static final int FRAMES = 25, FRAME_MS = 120, LAST_FRAME_MS = 3000;

  private final RunConfig config;
  private final RunFolder folder;
  private final Device device;
  private final Exhibit exhibit;
  private @Nullable TerminalProgress progress; // from the first step on
  private int steps; // of this process
  private double smoothedLoss;
  private double smoothedSeconds;
  private volatile boolean stopping;

  Showcase(RunConfig config, RunFolder folder, Device device) {
    this.config = config;
    this.folder = folder;
    this.device = device;
    this.exhibit = Exhibit.of(config);
  }

  @Override
  public void begins(int step, Model model) throws IOException {
    // Not before: settings that turn out to be impossible must not replace those of the run.
    ConfigFile.write(folder.config(), config);
    long parameters = 0;
    for (NamedParameter parameter : model.parameters()) {
      parameters += parameter.variable().shape().size();
    }
    progress = new TerminalProgress("training", step, config.training().steps());
    say("%s with %,d parameters, %s; %,d steps of %d %s"
        .formatted(
            config.network().architecture().noun(),
            parameters,
            step == 0 ? "fresh" : "as after step " + step,
            config.training().steps(),
            config.training().batch() * config.training().accumulate(),
            exhibit.things()));
  }

  @Override
  public void stepped(TrainingLog.Line line) {
    smoothedLoss = smooth(smoothedLoss, line.loss());
    smoothedSeconds = smooth(smoothedSeconds, line.seconds());
    steps++;
    int pictures = config.training().batch() * config.training().accumulate();
    double speed = pictures / smoothedSeconds;
    int left = config.training().steps() - line.step();
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
    try {
      float[] drawn = draw(average, (done, of, first, x) -> {
        if (progress != null) {
          progress.at(step, "drawing samples, step %d of %d".formatted(done, of));
        }
      });
      ifPossible(() -> {
        exhibit.write(folder.samplesAt(step), drawn);
        say("step %d: %s".formatted(step, folder.samplesAt(step)));
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
  public void saved(Checkpoint checkpoint) {
    // Told at the end, or when asked to stop.
  }

  @Override
  public void finished(Model average) throws IOException {
    try {
      if (config.sampling().samples() > 0) {
        showSamples(average);
      }
    } catch (CancellationException stopped) {
      say("stopped drawing; draw with: ./brume sample --run " + folder.path());
    }
    ifPossible(() -> {
      plotLoss();
      say("made " + folder.lossPlot());
    });
  }

  private void showSamples(Model average) throws IOException {
    close();
    Sampling sampling = Sampling.of(config);
    long total = sampling.stepsFor(config.sampling().samples());
    TerminalProgress drawing = new TerminalProgress("drawing", 0, total);
    progress = drawing;
    List<float[]> states = new ArrayList<>();
    float[] drawn = draw(average, (done, of, first, x) -> {
      drawing.evenlyAt(done, config.sampling().samples() + " " + exhibit.things());
      boolean shown =
          done == sampling.steps() || done % Math.max(1, sampling.steps() / FRAMES) == 0;
      if (first == 0 && shown) {
        states.add(PictureTensor.toUnlimited(x));
      }
    });
    drawing.close();
    exhibit.verdict(drawn).ifPresent(this::say);
    ifPossible(() -> {
      exhibit.write(folder.samplesAt(config.training().steps()), drawn);
      exhibit.write(folder.samples(), drawn);
      say("made " + folder.samples());
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

  /** Draws as many samples as are shown, unless somebody asks to stop. */
  private float[] draw(Model average, Sampling.Watcher watcher) {
    return Sampling.of(config)
        .draw(average, device, config.sampling().samples(), (done, of, first, x) -> {
          if (stopping) {
            throw new CancellationException("asked to stop while drawing");
          }
          watcher.step(done, of, first, x);
        });
  }

  /** Something to draw. */
  @FunctionalInterface
  private interface Drawing {
    void draw() throws IOException;
  }

  /** A machine that cannot draw text can train nevertheless. */
  private void ifPossible(Drawing drawing) throws IOException {
    try {
      drawing.draw();
    } catch (PlotException unplottable) {
      say("brume: " + unplottable.getMessage());
    }
  }

  private void plotLoss() throws IOException {
    List<TrainingLog.Line> lines = TrainingLog.read(folder.log());
    LossPlot.write(
        folder.lossPlot(),
        "Loss on " + config.pictures().data(),
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
