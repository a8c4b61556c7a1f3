package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@link ArrayImages}.
 *
 * @param path the file
 * @param height of its pictures in pixels; 0 for what the file says
 * @param width of its pictures in pixels; 0 for what the file says
 * @param channels of its pictures; 0 for what the file says
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 * @param classes what labels stand for, known once {@link #resolved}; empty without labels
 */
public record ArraySettings(
    @About(
            value = "File of pictures: .npy, .npz or .safetensors.",
            option = "path",
            optional = true)
        String path,
    @About(value = "Height in pixels; 0 for what the file says.", min = 0, max = 4096) int height,
    @About(value = "Width in pixels; 0 for what the file says.", min = 0, max = 4096) int width,
    @About(value = "Channels; 0 for what the file says.", min = 0, max = 256) int channels,
    @About("Mirror half of the pictures, drawn anew each time; not for letters and digits.")
        boolean flip,
    @About(value = "Names of the classes.", optional = true, fileOnly = true) List<String> classes)
    implements DataSettings {

  /** Copies the list. {@inheritDoc} */
  public ArraySettings {
    classes = List.copyOf(classes);
  }

  /**
   * Pictures whose labels, if any, are beside them in the file.
   *
   * @param path the file
   * @param height of its pictures in pixels; 0 for what the file says
   * @param width of its pictures in pixels; 0 for what the file says
   * @param channels of its pictures; 0 for what the file says
   * @param flip whether half of the pictures are mirrored, drawn anew each time
   */
  public ArraySettings(String path, int height, int width, int channels, boolean flip) {
    this(path, height, width, channels, flip, List.of());
  }

  @Override
  public Dataset open() throws IOException {
    ArrayImages pictures = ArrayImages.open(Place.of(path));
    FileSizes.checked(pictures, path, height, width, channels);
    return LabelledPictures.of(pictures, pictures.labels(), classes, path);
  }

  @Override
  public ArraySettings resolved() throws IOException {
    Dataset pictures = open();
    return new ArraySettings(
        path, pictures.height(), pictures.width(), pictures.channels(), flip, pictures.classes());
  }

  @Override
  public List<Path> files() {
    return List.of(Path.of(path));
  }

  @Override
  public Shape shape() {
    return Shape.of(height, width, channels);
  }

  @Override
  public String title() {
    return Titles.of(path);
  }
}
