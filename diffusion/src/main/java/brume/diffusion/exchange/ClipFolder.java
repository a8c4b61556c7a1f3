package brume.diffusion.exchange;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.ClipPictures;
import brume.diffusion.image.Picture;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.ClipVisionConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A folder of {@code CLIPModel} with its tokenizer and what is done to pictures, which gives texts and pictures
 * directions that can be compared.
 */
public final class ClipFolder {

  private static final int BATCH = 32;

  private final Clip clip;
  private final ClipTokenizer tokenizer;
  private final ClipPictures pictures;
  private final Device device;

  private ClipFolder(Clip clip, ClipTokenizer tokenizer, ClipPictures pictures, Device device) {
    this.clip = clip;
    this.tokenizer = tokenizer;
    this.pictures = pictures;
    this.device = device;
  }

  /**
   * Opens a folder.
   *
   * @param folder of {@code config.json}, weights, {@code vocab.json}, {@code merges.txt} and {@code
   *     preprocessor_config.json}
   * @param device where the network is to live, owned by the innermost scope
   * @return the folder
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static ClipFolder open(Path folder, Device device) throws IOException {
    ClipPictures pictures = ClipPictures.open(folder);
    ClipTokenizer tokenizer = ClipTokenizer.open(folder);
    Clip clip = TextEncoderFile.openClip(folder, device);
    int known = clip.text().config().tokens();
    if (tokenizer.size() > known) {
      throw new IOException(Text.of(
          "%s: expected a tokenizer of at most %d tokens, which the network knows, got one of %d; use the files"
              + " that were published together",
          folder, known, tokenizer.size()));
    }
    return new ClipFolder(clip, tokenizer, pictures, device);
  }

  /**
   * Directions of texts, which are cut where they are too long.
   *
   * @param texts N
   * @return (N, channels of the projection) of length one
   */
  public double[][] ofTexts(List<String> texts) {
    int length = clip.text().config().positions();
    double[][] all = new double[texts.size()][];
    for (int first = 0; first < all.length; first += BATCH) {
      List<String> some = texts.subList(first, Math.min(first + BATCH, all.length));
      try (Scope scope = Scope.open();
          Tape.Pause pause = Tape.pause()) {
        put(clip.ofTexts(tokenizer.rows(some, length), Pass.inference()), all, first);
      }
    }
    return all;
  }

  /**
   * Directions of pictures of any size.
   *
   * @param shown N, in red, green and blue
   * @return (N, channels of the projection) of length one
   * @throws IllegalArgumentException as of {@link ClipPictures#sized}, or if pictures do not get the size that
   *     the network sees
   */
  public double[][] ofPictures(List<Picture> shown) {
    ClipVisionConfig seen = clip.vision().config();
    Shape one = Shape.of(seen.size(), seen.size(), seen.channels());
    double[][] all = new double[shown.size()][];
    for (int first = 0; first < all.length; first += BATCH) {
      int n = Math.min(BATCH, all.length - first);
      double[] values = new double[Shape.product(n, one.size())];
      for (int i = 0; i < n; i++) {
        double[] picture = pictures.values(shown.get(first + i));
        if (picture.length != one.size()) {
          throw new IllegalArgumentException(Text.of(
              "clip: expected pictures to get the %d numbers that the network sees, got %d; use the"
                  + " preprocessor_config.json that was published with it",
              one.size(), picture.length));
        }
        System.arraycopy(picture, 0, values, i * picture.length, picture.length);
      }
      try (Scope scope = Scope.open();
          Tape.Pause pause = Tape.pause()) {
        Shape shape = Shape.of(n, one.dim(0), one.dim(1), one.dim(2));
        Variable x = Variable.constant(Tensor.of(device, shape, values));
        put(clip.ofPictures(x, Pass.inference()), all, first);
      }
    }
    return all;
  }

  private static void put(Variable directions, double[][] all, int first) {
    double[] numbers = directions.value().toDoubles();
    int width = directions.shape().dim(1);
    for (int i = 0; i < numbers.length / width; i++) {
      all[first + i] = Arrays.copyOfRange(numbers, i * width, (i + 1) * width);
    }
  }
}
