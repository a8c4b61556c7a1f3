package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@link ImageFolder}.
 *
 * @param path the folder or the ZIP file
 * @param size height and width of the pictures
 * @param channels 1 for grey, 3 for colour
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 * @param crop what is kept of pictures of another shape
 * @param box the part of each file that counts; empty for all of it
 * @param labels where the classes of the pictures come from
 * @param captions where texts that say what the pictures show come from
 * @param classes their names, once they are known
 */
public record ImagesSettings(
    @About(value = "Folder or ZIP file of image files.", option = "path", optional = true)
        String path,
    @About(
            "Height x width in pixels, one number for squares; image files are cut and scaled to it.")
        PictureSize size,
    @About(value = "Channels: 1 for grey, 3 for colour.", min = 1, max = 3) int channels,
    @About("Mirror half of the pictures, drawn anew each time; not for letters and digits.")
        boolean flip,
    @About("What is kept of a picture of another shape: its middle, a part drawn anew each time, or"
            + " all of it, stretched.")
        Crop crop,
    @About(
            value = "Part of each file that counts, in its pixels: top,left,height,width.",
            min = 0,
            optional = true)
        List<Integer> box,
    @About(
            "Where the classes of pictures come from: folders, the prefix of file names up to a number,"
                + " metadata.jsonl or dataset.json, or auto: such a file, else folders.")
        LabelRule labels,
    @About(
            "Where texts that say what pictures show come from: captions.jsonl or metadata.jsonl (metadata),"
                + " text files beside the pictures (texts), or auto: what there is of them, in this order.")
        CaptionRule captions,
    @About(value = "Names of the classes.", fileOnly = true, optional = true) List<String> classes)
    implements DataSettings {

  /** Refuses what is no frame for pictures, such as one of two channels. {@inheritDoc} */
  public ImagesSettings {
    classes = List.copyOf(classes);
    box = new Framing(size, channels, crop, box).box();
  }

  /**
   * Squares from the middle of colour or grey pictures.
   *
   * @param path the folder or the ZIP file; empty if that is not known yet
   * @param side height and width, in pixels
   * @param channels 1 for grey, 3 for colour
   * @param flip whether half of the pictures are mirrored
   * @return the settings
   */
  public static ImagesSettings of(String path, int side, int channels, boolean flip) {
    return new ImagesSettings(
        path,
        PictureSize.square(side),
        channels,
        flip,
        Crop.CENTER,
        List.of(),
        LabelRule.AUTO,
        CaptionRule.AUTO,
        List.of());
  }

  private Framing framing() {
    return new Framing(size, channels, crop, box);
  }

  @Override
  public Dataset open() throws IOException {
    ImageFolder pictures = ImageFolder.open(Place.of(path), framing(), labels, captions);
    if (!classes.isEmpty() && !classes.equals(pictures.classes())) {
      pictures.close();
      throw new IOException(Text.of(
          "%s: expected pictures of the classes %s, as before, got %s; give the former folder",
          path,
          PictureLabels.shown(classes),
          pictures.classes().isEmpty() ? "none" : PictureLabels.shown(pictures.classes())));
    }
    return pictures;
  }

  @Override
  public DataSettings resolved() throws IOException {
    if (!isPlaced() || labels == LabelRule.NONE) {
      return this;
    }
    try (PictureSource source = PictureSource.of(Place.of(path))) {
      ImageFiles files = ImageFiles.under(source);
      List<String> names = files.found().stream().map(files::name).toList();
      List<String> found = PictureLabels.of(source, names, labels).classes();
      return new ImagesSettings(path, size, channels, flip, crop, box, labels, captions, found);
    }
  }

  @Override
  public boolean isPlaced() {
    return !path.isBlank();
  }

  @Override
  public List<Path> files() {
    return isPlaced() ? List.of(Path.of(path)) : List.of();
  }

  @Override
  public Shape shape() {
    return Shape.of(size.height(), size.width(), channels);
  }

  @Override
  public String title() {
    return Titles.of(path).replaceFirst("(?i)\\.zip$", "");
  }
}
