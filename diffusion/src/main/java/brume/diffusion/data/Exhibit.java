package brume.diffusion.data;

import brume.diffusion.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How samples of a kind of data are shown to people. */
public interface Exhibit {

  /**
   * What samples are called.
   *
   * @return a plural, such as {@code images}
   */
  String things();

  /**
   * Writes samples as one PNG.
   *
   * @param png where to
   * @param drawn (N, H, W, C) values in [0, 1]
   * @throws IOException if it cannot be written
   */
  void write(Path png, float[] drawn) throws IOException;

  /**
   * Writes some of the data as one PNG.
   *
   * @param png where to
   * @param data (N, H, W, C) values in [0, 1]
   * @param captions a word for each; empty if there is nothing to say
   * @throws IOException if it cannot be written
   */
  default void writeData(Path png, float[] data, List<String> captions) throws IOException {
    write(png, data);
  }

  /**
   * How many of the data are worth showing in one PNG.
   *
   * @return N of {@link #writeData}
   */
  default int ofData() {
    return 64;
  }

  /**
   * One moment of an animation of samples.
   *
   * @param state (N, H, W, C) values around [0, 1]
   * @return a picture of all or some of them
   * @throws IOException if it cannot be drawn
   */
  Picture frame(float[] state) throws IOException;

  /**
   * Whether a PNG shows all samples together, so that they must all be in memory.
   *
   * @return false for pictures in rows and columns
   */
  boolean plots();

  /**
   * What can be said of samples.
   *
   * @param drawn (N, H, W, C) values in [0, 1]
   * @return a sentence, if there is something to be said
   */
  Optional<String> verdict(float[] drawn);

  /**
   * The same for samples of several classes, one after the other again and again.
   *
   * @param classes how many; 0 for samples without classes
   * @return with a row for each class where that can be; by default the same
   */
  default Exhibit inTurn(int classes) {
    return this;
  }

  /**
   * What a sample's 0 stands for in the units of the data.
   *
   * @return 0 for pictures
   */
  default double low() {
    return 0;
  }

  /**
   * What a sample's 1 stands for in the units of the data.
   *
   * @return 1 for pictures
   */
  default double high() {
    return 1;
  }
}
