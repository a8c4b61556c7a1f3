package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@link CifarFiles}.
 *
 * @param path a file, or the folder with the files and the names of the classes
 * @param names which classes of CIFAR-100 are told
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 * @param classes their names, once they are known
 */
public record CifarSettings(
    @About(value = "File or folder of CIFAR's binary version.", option = "path", optional = true)
        String path,
    @About("Which classes of CIFAR-100 are told: the 100 fine or the 20 coarse ones.") Names names,
    @About("Mirror half of the pictures, drawn anew each time.") boolean flip,
    @About(value = "Names of the classes.", fileOnly = true, optional = true) List<String> classes)
    implements DataSettings {

  /** Which of two labels counts. */
  public enum Names {
    /** One of 100 classes, or of CIFAR-10's 10. */
    FINE,
    /** One of 20 classes of classes; of CIFAR-10's 10. */
    COARSE
  }

  /** Copies the names. {@inheritDoc} */
  public CifarSettings {
    classes = List.copyOf(classes);
  }

  @Override
  public Dataset open() throws IOException {
    return new CifarFiles(Place.of(path), names);
  }

  @Override
  public DataSettings resolved() throws IOException {
    return new CifarSettings(path, names, flip, new CifarFiles(Place.of(path), names).classes());
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
    return Shape.of(32, 32, 3);
  }

  @Override
  public String title() {
    return Titles.of(path);
  }
}
