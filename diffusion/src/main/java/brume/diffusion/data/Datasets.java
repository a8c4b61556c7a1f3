package brume.diffusion.data;

import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The kinds of data by name, and what a single word says about them. */
public final class Datasets {

  private static final String TOY = "toy:", WAVES = "toy:waves", OWN = "own";

  /** All of them. */
  public static final Catalog<DataSettings> CATALOG = Catalog.of(
          "data", "datasets", DataSettings.class)
      .add(
          "fashion-mnist",
          new FashionMnistSettings(false),
          "10,000 grey pictures of clothes, 28x28, that come with Brume.",
          "Xiao, Rasul and Vollgraf (2017)")
      .add(
          "images",
          ImagesSettings.of("", 32, 3, false),
          "A folder or ZIP file of image files, scaled and cropped.",
          "")
      .add(
          "idx",
          new IdxSettings("", 0, 0, 0, false),
          "A file of pictures in the format of MNIST, maybe compressed by gzip.",
          "LeCun, Cortes and Burges, MNIST")
      .add(
          "cifar",
          new CifarSettings("", CifarSettings.Names.FINE, false, List.of()),
          "Files of CIFAR-10 or CIFAR-100, the binary version.",
          "Krizhevsky (2009)")
      .add(
          "arrays",
          new ArraySettings("", 0, 0, 0, false),
          "Pictures in an array of numbers: .npy, .npz or .safetensors.",
          "")
      .add(
          "toy",
          new ToySettings(ToyProblem.SWISSROLL),
          "Points of the plane; toy:swissroll is short for it.",
          "ddpm-torch, toy data")
      .add(
          "series",
          new SeriesSettings("", 0, 0, Layout.CHANNELS_LAST, 0, 0),
          "A file of series of numbers: .npy, .npz, .safetensors or CSV.",
          "")
      .add(
          "waves",
          new WavesSettings(64, 10_000),
          "Sums of three sines; toy:waves is short for it.",
          "")
      .add(
          "moving",
          new MovingSettings(8, 32, 10_000),
          "Videos of the clothes that come with Brume, flying straight on and bouncing off the edges.",
          "Srivastava, Mansimov and Salakhutdinov (2015), Moving MNIST, with Fashion-MNIST")
      .add(
          "shapes",
          new ShapesSettings(32, 20_000, 3, Combinations.SEEN),
          "Colored pictures of one to three shapes, drawn when they are read, with texts that say what they show.",
          "")
      .add(
          OWN,
          new OwnSettings(32, 32, 3, false, List.of()),
          "Pictures that a program in Java hands to the trainer; not for the command line.",
          "");

  private static final Map<String, Function<String, DataSettings>> PATHS = Map.of(
      "images", Datasets::images,
      "idx", Datasets::idx,
      "cifar", Datasets::cifar,
      "arrays", Datasets::arrays,
      "series", Datasets::series);

  private Datasets() {}

  /**
   * What a word names: a kind, {@code toy:} and a problem, a folder or a file, told by its content, or
   * a kind, a colon and a path where the content could be taken for another one.
   *
   * @param word as people give it to {@code --data}
   * @return settings of that kind with its defaults
   * @throws SettingException if it names nothing, or something else than data
   */
  public static DataSettings named(String word) {
    if (word.equals(WAVES)) {
      return CATALOG.named("waves").defaults();
    }
    if (word.startsWith(TOY)) {
      return toy(word);
    }
    if (word.isBlank()) {
      throw new SettingException(Text.of("{data}: expected %s, got an empty text", choices()));
    }
    if (List.of("fashion-mnist", "waves", "moving", "shapes").contains(word)) {
      return CATALOG.named(word).defaults();
    }
    int colon = word.indexOf(':');
    Function<String, DataSettings> kind = PATHS.get(word.substring(0, Math.max(0, colon)));
    if (kind != null) {
      return kind.apply(word.substring(colon + 1));
    }
    Path path = Path.of(word);
    if (Files.isDirectory(path)) {
      return CifarFiles.isFolder(path) ? cifar(word) : images(word);
    }
    if (Files.exists(path)) {
      return file(word, path);
    }
    if (word.equals(OWN)) {
      throw new SettingException(Text.of(
          "{data}: expected %s, got own, which a program in Java hands to the trainer; name a file or"
              + " folder",
          choices()));
    }
    if (TOY.equals(word + ":")) {
      return toy(word); // says which there are
    }
    if (PATHS.containsKey(word)) {
      throw new SettingException(
          Text.of("{data}: expected a path behind %1$s:, as in %1$s:PATH, got none", word));
    }
    List<String> words = toys();
    words.addAll(CATALOG.names());
    words.remove(OWN);
    throw new SettingException(Text.of(
        "{data}: expected %s, got %s, which does not exist%s",
        choices(), word, Guess.of(word, words)));
  }

  private static DataSettings images(String path) {
    return ImagesSettings.of(path, 32, 3, false);
  }

  private static DataSettings idx(String path) {
    return new IdxSettings(path, 0, 0, 0, true);
  }

  private static DataSettings cifar(String path) {
    return new CifarSettings(path, CifarSettings.Names.FINE, false, List.of());
  }

  private static DataSettings arrays(String path) {
    return new ArraySettings(path, 0, 0, 0, false);
  }

  private static DataSettings series(String path) {
    return new SeriesSettings(path, 0, 0, Layout.CHANNELS_LAST, 0, 0);
  }

  /** A file by its content. Of arrays, whole numbers (N, H, W) and all (N, H, W, C) are pictures. */
  private static DataSettings file(String word, Path path) {
    try {
      NumberTable.requireFile(path);
      FileContent content = FileContent.unpacked(path);
      if (CifarFiles.isFile(path)) {
        return cifar(word);
      }
      if (content == FileContent.ZIP && !holdsArrays(path)) {
        return images(word);
      }
      switch (content) {
        case IDX:
          return idx(word);
        case TEXT:
          return series(word);
        case NPY, ZIP, SAFETENSORS:
          NumberTable table = LabelledTable.open(path).values();
          int rank = table.shape().length;
          return rank == 4 || rank == 3 && table.isWhole() ? arrays(word) : series(word);
        default:
          throw new IOException(path + ": expected a file of pictures or series (IDX, .npy, .npz,"
              + " .safetensors or CSV), got " + content.insteadIn(path));
      }
    } catch (IOException refused) {
      throw new SettingException("{data}: " + refused.getMessage());
    }
  }

  /** Whether a ZIP file is one of arrays, as .npz files are, or one of pictures. */
  private static boolean holdsArrays(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getName().endsWith(".npy"));
    } catch (EOFException | ZipException damaged) {
      throw new IOException(
          Text.of(
              "%s: expected a whole ZIP file, got a damaged one (%s)", path, Text.reason(damaged)),
          damaged);
    }
  }

  private static String choices() {
    return "fashion-mnist, moving, shapes, a folder of image files, a file of pictures or series, or one of "
        + String.join(", ", toys());
  }

  private static DataSettings toy(String word) {
    for (ToyProblem problem : ToyProblem.values()) {
      if (word.equals(TOY + problem)) {
        return new ToySettings(problem);
      }
    }
    throw new SettingException(Text.of(
        "{data}: expected one of %s, got %s%s",
        String.join(", ", toys()), word, Guess.of(word, toys())));
  }

  private static List<String> toys() {
    List<String> toys = new ArrayList<>();
    for (ToyProblem problem : ToyProblem.values()) {
      toys.add(TOY + problem);
    }
    toys.add(WAVES);
    return toys;
  }
}
