package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link IdxImages}.
 *
 * @param path the file
 * @param height of its pictures in pixels; 0 for what the file says
 * @param width of its pictures in pixels; 0 for what the file says
 * @param channels of its pictures; 0 for what the file says
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 * @param labelFile the file of their labels; empty for one beside it whose name says labels-idx1 where
 *     that of the pictures says images-idx3, if there is one
 * @param classes what labels stand for, known once {@link #resolved}; empty without labels
 */
public record IdxSettings(
    @About(value = "File of pictures.", option = "path", optional = true) String path,
    @About(value = "Height in pixels; 0 for what the file says.", min = 0, max = 4096) int height,
    @About(value = "Width in pixels; 0 for what the file says.", min = 0, max = 4096) int width,
    @About(value = "Channels; 0 for what the file says.", min = 0, max = 3) int channels,
    @About("Mirror half of the pictures, drawn anew each time; not for letters and digits.")
        boolean flip,
    @About(
            value =
                "File of labels of the pictures; empty for labels-idx1 beside images-idx3, if there.",
            optional = true)
        String labelFile,
    @About(value = "Names of the classes.", optional = true, fileOnly = true) List<String> classes)
    implements DataSettings {

  /** Copies the list. {@inheritDoc} */
  public IdxSettings {
    classes = List.copyOf(classes);
  }

  /**
   * Pictures whose labels lie beside them, or nowhere.
   *
   * @param path the file
   * @param height of its pictures in pixels; 0 for what the file says
   * @param width of its pictures in pixels; 0 for what the file says
   * @param channels of its pictures; 0 for what the file says
   * @param flip whether half of the pictures are mirrored, drawn anew each time
   */
  public IdxSettings(String path, int height, int width, int channels, boolean flip) {
    this(path, height, width, channels, flip, "", List.of());
  }

  @Override
  public Dataset open() throws IOException {
    Dataset pictures =
        FileSizes.checked(IdxImages.open(Place.of(path)), path, height, width, channels);
    Optional<Path> file = labels();
    Optional<int[]> labels =
        file.isEmpty() ? Optional.empty() : Optional.of(IdxLabels.read(file.get(), pictures));
    return LabelledPictures.of(
        pictures, labels, classes, file.map(Path::toString).orElse(path));
  }

  private Optional<Path> labels() {
    return labelFile.isBlank() ? IdxLabels.beside(Path.of(path)) : Optional.of(Path.of(labelFile));
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>(List.of(Path.of(path)));
    labels().ifPresent(files::add);
    return files;
  }

  @Override
  public IdxSettings resolved() throws IOException {
    Dataset pictures = open();
    return new IdxSettings(
        path,
        pictures.height(),
        pictures.width(),
        pictures.channels(),
        flip,
        labelFile,
        pictures.classes());
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
