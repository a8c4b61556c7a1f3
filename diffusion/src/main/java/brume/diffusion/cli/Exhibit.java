package brume.diffusion.cli;

import brume.diffusion.image.Picture;
import brume.diffusion.train.RunConfig;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How samples are shown to people. */
interface Exhibit {

  /** What suits the data of a run. */
  static Exhibit of(RunConfig config) {
    RunConfig.Pictures pictures = config.pictures();
    Shape picture = Shape.of(pictures.size(), pictures.size(), pictures.channels());
    return PictureSource.toyProblem(pictures.data())
        .<Exhibit>map(PointExhibit::new)
        .orElseGet(() -> new PictureExhibit(picture));
  }

  /** What samples are called. */
  String things();

  /** Writes samples, values in [0, 1], as one PNG. */
  void write(Path png, float[] drawn) throws IOException;

  /** One moment of an animation of samples, values around [0, 1]. */
  Picture frame(float[] state) throws IOException;

  /** What can be said of samples, values in [0, 1]. */
  Optional<String> verdict(float[] drawn);
}
