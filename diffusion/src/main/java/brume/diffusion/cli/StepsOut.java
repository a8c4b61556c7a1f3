package brume.diffusion.cli;

import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.Gif;
import brume.diffusion.image.Grids;
import brume.diffusion.image.Picture;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps some states on the way from noise to data, and shows them as an animation or side by side. */
final class StepsOut {

  private static final int FRAMES = 25, FRAME_MS = 120, LAST_FRAME_MS = 3000;

  private final Exhibit exhibit;
  private final @Nullable Path out;
  private final int steps;
  private final List<float[]> states = new ArrayList<>();
  private int seen;

  /**
   * Keeps nothing yet.
   *
   * @param exhibit how samples are shown
   * @param out a .gif or a .png, or null to keep nothing at all
   * @param steps from noise to data
   */
  StepsOut(Exhibit exhibit, @Nullable Path out, int steps) {
    this.exhibit = exhibit;
    this.out = out;
    this.steps = steps;
  }

  /** Refuses now what would fail after minutes of sampling. */
  static void refuseUnwritable(String option, Path out) throws IOException {
    String name = out.toString().toLowerCase(Locale.ROOT);
    UsageException.unless(
        name.endsWith(".gif") || name.endsWith(".png"),
        option + ": expected a .gif or a .png, got " + out);
    Path parent = out.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(out)) {
      throw new IOException(Text.of(
          "%s: expected a file in a folder that exists, got %s; make the folder first",
          option, out));
    }
  }

  /** Is shown a state of a batch, which is only made a picture if it is kept. */
  void watch(long first, Supplier<Tensor> x) {
    if (out == null || first != 0) {
      return;
    }
    seen++;
    if (seen == steps || seen % Math.max(1, steps / FRAMES) == 0) {
      try (Scope scope = Scope.open()) {
        states.add(PictureTensor.toUnlimited(x.get()));
      }
    }
  }

  /** Writes what was kept. */
  void write() throws IOException {
    if (out == null || states.isEmpty()) {
      return;
    }
    List<Picture> frames = new ArrayList<>();
    for (float[] state : states) {
      frames.add(exhibit.frame(state));
    }
    if (out.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
      Gif.write(out, frames, FRAME_MS, LAST_FRAME_MS);
    } else {
      Grids.of(frames).write(out);
    }
    Telling.say("wrote " + out);
  }
}
