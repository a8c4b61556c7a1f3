package brume.diffusion.data;

import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Settings of what a run learns from: a kind of {@link Datasets}. */
public interface DataSettings {

  /**
   * Opens the data.
   *
   * @return samples of {@link #shape}
   * @throws IOException if they cannot be read, or are of another shape
   */
  Dataset open() throws IOException;

  /**
   * Sizes of one sample.
   *
   * @return (H, W, C)
   */
  Shape shape();

  /**
   * Names of the classes the samples belong to, known once the settings are {@link #resolved}.
   *
   * @return in the order of their numbers; empty if nothing is known of them
   */
  default List<String> classes() {
    return List.of();
  }

  /**
   * The same with everything spelled out that the data themselves tell, such as the size of pictures
   * in a file, so that a model can be sampled where the data are not at hand.
   *
   * @return the settings
   * @throws IOException if the data cannot be read
   */
  default DataSettings resolved() throws IOException {
    return this;
  }

  /**
   * Whether the data can be opened; a preset of somebody's pictures knows their size but not where they
   * are.
   *
   * @return false if nobody has said where they are
   */
  default boolean isPlaced() {
    return true;
  }

  /**
   * What the data are read from, so that somebody elsewhere can be given copies.
   *
   * @return files, and folders with all that is in them; none of data that are made or come with Brume
   */
  default List<Path> files() {
    return List.of();
  }

  /**
   * Whether half of the samples are mirrored, drawn anew each time.
   *
   * @return false where left and right matter
   */
  default boolean flip() {
    return false;
  }

  /**
   * Frames of each sample, which lie one below the other.
   *
   * @return 1 unless the samples are videos
   */
  default int frames() {
    return 1;
  }

  /**
   * A short name for folders and titles.
   *
   * @return letters, digits and dashes as far as the data's own name allows
   */
  String title();

  /**
   * How samples are shown.
   *
   * @return pictures in rows and columns unless there is something better
   */
  default Exhibit exhibit() {
    return new PictureExhibit(shape());
  }

  /**
   * The preset that suits them.
   *
   * @return its name
   */
  default String preset() {
    return "pictures";
  }
}
