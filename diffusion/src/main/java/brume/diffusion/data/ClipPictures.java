package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What CLIP wants done to pictures before it looks at them, as {@code preprocessor_config.json} says it:
 * they are brought to a size on 8-bit levels, the middle is cut out, and channels are normalized.
 */
public final class ClipPictures {

  private static final String FILE = "preprocessor_config.json";
  private static final int COLORS = 3, LARGEST = 1 << 13, SHOWN = 100;
  private static final Map<Integer, ByteResampling> RESAMPLINGS = Map.of( // by Pillow's numbers
      1, ByteResampling.LANCZOS,
      2, ByteResampling.BILINEAR,
      3, ByteResampling.BICUBIC,
      4, ByteResampling.BOX);

  private final Resizing resizing;
  private final ByteResampling resampling;
  private final Optional<PictureSize> crop;
  private final double factor;
  private final double[] mean;
  private final double[] deviation;

  /** The size that a picture gets before it is cut. */
  private sealed interface Resizing permits Kept, Shortest, Fixed {
    PictureSize of(int height, int width);
  }

  /** Its own. */
  private record Kept() implements Resizing {
    @Override
    public PictureSize of(int height, int width) {
      return new PictureSize(height, width);
    }
  }

  /** The shorter side becomes so long, the other one as it must. */
  private record Shortest(int side) implements Resizing {
    @Override
    public PictureSize of(int height, int width) {
      int shorter = Math.min(height, width);
      return new PictureSize(
          (int) ((double) side * height / shorter), (int) ((double) side * width / shorter));
    }
  }

  /** Always the same. */
  private record Fixed(PictureSize size) implements Resizing {
    @Override
    public PictureSize of(int height, int width) {
      return size;
    }
  }

  private ClipPictures(
      Resizing resizing,
      ByteResampling resampling,
      Optional<PictureSize> crop,
      double factor,
      double[] mean,
      double[] deviation) {
    this.resizing = resizing;
    this.resampling = resampling;
    this.crop = crop;
    this.factor = factor;
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Opens a folder with a {@code preprocessor_config.json}.
   *
   * @param folder where it lies, {@code feature_extractor} of a pipeline for example
   * @return what it says
   * @throws IOException if it cannot be read, or asks for what Brume does not have
   */
  public static ClipPictures open(Path folder) throws IOException {
    return new Reading(folder.resolve(FILE)).read();
  }

  /** One use of the file. */
  private static final class Reading {
    private final Path file;
    private final JsonNode settings;

    Reading(Path file) throws IOException {
      this.file = file;
      this.settings = SettingsFile.readPython(file);
    }

    ClipPictures read() throws IOException {
      ByteResampling resampling = RESAMPLINGS.get(settings.path("resample").asInt(3));
      if (resampling == null) {
        throw wrong("resample", "one of 1 (Lanczos), 2 (bilinear), 3 (bicubic), 4 (box)");
      }
      double factor = is("do_rescale") ? number("rescale_factor", 1.0 / 255) : 1;
      boolean normalized = is("do_normalize");
      return new ClipPictures(
          is("do_resize") ? resizing() : new Kept(),
          resampling,
          is("do_center_crop") ? Optional.of(fixed("crop_size")) : Optional.empty(),
          factor,
          normalized ? colors("image_mean", false) : new double[] {0, 0, 0},
          normalized ? colors("image_std", true) : new double[] {1, 1, 1});
    }

    private boolean is(String name) throws IOException {
      JsonNode flag = settings.path(name);
      if (!flag.isMissingNode() && !flag.isNull() && !flag.isBoolean()) {
        throw wrong(name, "true or false");
      }
      return flag.asBoolean(true);
    }

    private double number(String name, double byDefault) throws IOException {
      JsonNode number = settings.path(name);
      if (!number.isMissingNode()
          && !(number.isNumber() && Double.isFinite(number.doubleValue()))) {
        throw wrong(name, "a number");
      }
      return number.asDouble(byDefault);
    }

    /** A number alone is the shorter side here. */
    private Resizing resizing() throws IOException {
      JsonNode size = settings.path("size");
      if (size.isInt() || size.path("shortest_edge").isInt()) {
        return new Shortest(side("size", size.isInt() ? size : size.path("shortest_edge")));
      }
      return new Fixed(fixed("size"));
    }

    private PictureSize fixed(String name) throws IOException {
      JsonNode size = settings.path(name);
      return size.isInt()
          ? new PictureSize(side(name, size), side(name, size))
          : new PictureSize(side(name, size.path("height")), side(name, size.path("width")));
    }

    private int side(String name, JsonNode side) throws IOException {
      if (!side.isInt() || side.intValue() < 1 || side.intValue() > LARGEST) {
        throw wrong(name, "sides of 1 to " + LARGEST + " pixels");
      }
      return side.intValue();
    }

    private double[] colors(String name, boolean divided) throws IOException {
      List<JsonNode> all =
          StreamSupport.stream(settings.path(name).spliterator(), false).toList();
      boolean fits = all.size() == COLORS
          && all.stream()
              .allMatch(one -> one.isNumber()
                  && Double.isFinite(one.doubleValue())
                  && !(divided && one.doubleValue() == 0));
      if (!fits) {
        throw wrong(name, "a number for each of red, green and blue");
      }
      return all.stream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private IOException wrong(String name, String expected) {
      return new IOException(Text.of(
          "%s: expected %s to be %s, got %s",
          file,
          name,
          expected,
          settings.has(name) ? Text.shown(settings.path(name).toString(), SHOWN) : "nothing"));
    }
  }

  /**
   * Reads a picture as it is.
   *
   * @param file a PNG, JPEG, BMP, GIF, TIFF or WebP image
   * @return in red, green and blue
   * @throws IOException if there is no such picture
   */
  public static Picture read(Path file) throws IOException {
    DataReport.Size size = OnePicture.size(file);
    return OnePicture.picture(file, new PictureSize(size.height(), size.width()));
  }

  /**
   * A picture in the size in which it is looked at, its middle if it is cut.
   *
   * @param picture of any size, in red, green and blue
   * @return of 256 levels still
   * @throws IllegalArgumentException if it is grey, or smaller than what is to be cut out
   */
  public Picture sized(Picture picture) {
    Picture whole = resized(picture);
    if (crop.isEmpty()) {
      return whole;
    }
    int height = crop.get().height(), width = crop.get().width();
    if (whole.height() < height || whole.width() < width) {
      throw new IllegalArgumentException(Text.of(
          "clip: expected a picture of at least %d x %d, as much is cut out of its middle, got %d x %d",
          height, width, whole.height(), whole.width()));
    }
    int top = (whole.height() - height) / 2, left = (whole.width() - width) / 2;
    byte[] from = whole.toBytes(), to = new byte[height * width * COLORS];
    for (int y = 0; y < height; y++) {
      int at = ((top + y) * whole.width() + left) * COLORS;
      System.arraycopy(from, at, to, y * width * COLORS, width * COLORS);
    }
    return Picture.of(height, width, COLORS, to);
  }

  /**
   * A picture before it is cut.
   *
   * @param picture of any size, in red, green and blue
   * @return of 256 levels still
   * @throws IllegalArgumentException if it is grey
   */
  public Picture resized(Picture picture) {
    if (picture.channels() != COLORS) {
      throw new IllegalArgumentException("clip: expected a picture in colors, got a grey one");
    }
    PictureSize size = resizing.of(picture.height(), picture.width());
    return resampling.resized(picture, size.height(), size.width());
  }

  /**
   * A picture as CLIP looks at it.
   *
   * @param picture of any size, in red, green and blue
   * @return (H, W, 3) normalized
   * @throws IllegalArgumentException as of {@link #sized}
   */
  public double[] values(Picture picture) {
    byte[] bytes = sized(picture).toBytes();
    double[] values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) {
      int c = i % COLORS;
      values[i] = ((bytes[i] & 0xFF) * factor - mean[c]) / deviation[c];
    }
    return values;
  }
}
