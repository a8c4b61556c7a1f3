package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.FashionMnist;
import brume.diffusion.data.IdxImages;
import brume.diffusion.data.ImageFolder;
import brume.diffusion.data.ToyPoints;
import brume.diffusion.data.ToyProblem;
import brume.diffusion.train.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code --data} names: the embedded set, a folder of image files, an IDX file, or points. */
final class PictureSource {

  static final String EMBEDDED = "fashion-mnist";

  private static final String TOY = "toy:";

  private PictureSource() {}

  /** The problem whose points a name stands for, if it does. */
  static Optional<ToyProblem> toyProblem(String data) {
    if (!data.startsWith(TOY)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ToyProblem.named(data.substring(TOY.length())));
    } catch (IllegalArgumentException unknown) {
      throw new UsageException("--data: expected one of %s, got %s%s"
          .formatted(String.join(", ", toys()), data, WrongUsage.guess(data, toys())));
    }
  }

  /** Opens the pictures of a configuration, which must be of its size. */
  static Dataset open(RunConfig.Pictures pictures) throws IOException {
    Path path = Path.of(pictures.data());
    Optional<ToyProblem> problem = toyProblem(pictures.data());
    Dataset data;
    if (problem.isPresent()) {
      data = ToyPoints.of(problem.get());
    } else if (pictures.data().equals(EMBEDDED)) {
      data = FashionMnist.load();
    } else if (Files.isDirectory(path)) {
      data = ImageFolder.open(path, pictures.size(), pictures.channels());
    } else if (Files.exists(path)) {
      data = IdxImages.open(path);
    } else {
      throw new IOException(
          "--data: expected %s, a folder of image files, an IDX file, or one of %s, got %s, which does not exist"
              .formatted(EMBEDDED, String.join(", ", toys()), pictures.data()));
    }
    UsageException.unless(
        data.height() == pictures.size()
            && data.width() == pictures.size()
            && data.channels() == pictures.channels(),
        "--size, --channels: expected %dx%d and %d as in %s, got %d and %d"
            .formatted(
                data.height(),
                data.width(),
                data.channels(),
                pictures.data(),
                pictures.size(),
                pictures.channels()));
    return data;
  }

  private static List<String> toys() {
    return Arrays.stream(ToyProblem.values()).map(problem -> TOY + problem).toList();
  }

  /** The preset that suits what {@code --data} names. */
  static RunConfig preset(String data) throws IOException {
    if (data.equals(EMBEDDED)) {
      return Presets.fashionMnist();
    }
    if (toyProblem(data).isPresent()) {
      return Presets.points(data);
    }
    Path path = Path.of(data);
    if (Files.isRegularFile(path)) {
      IdxImages idx = IdxImages.open(path);
      UsageException.unless(
          idx.height() == idx.width(),
          "--data: expected square pictures in an IDX file, got %dx%d in %s"
              .formatted(idx.height(), idx.width(), data));
      return Presets.ownPictures(data, idx.height(), idx.channels());
    }
    return Presets.ownPictures(data, 32, 3);
  }
}
