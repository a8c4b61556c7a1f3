package brume.diffusion.data;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Pictures of one size, addressed by number and read one at a time; safe for many threads. Whoever opens a
 * set closes it when nothing is read any more; one that holds no file open has nothing to do then.
 */
public interface Dataset extends AutoCloseable {
  /**
   * Tells how many pictures there are.
   *
   * @return the number of pictures, at least one
   */
  int size();

  /**
   * Tells the height of every picture.
   *
   * @return H, in pixels
   */
  int height();

  /**
   * Tells the width of every picture.
   *
   * @return W, in pixels
   */
  int width();

  /**
   * Tells the channels of every picture.
   *
   * @return C, 1 for grey or 3 for red, green, blue
   */
  int channels();

  /**
   * Writes one picture, channels last.
   *
   * @param index the picture's number, in [0, size)
   * @param flipped whether left and right change sides
   * @param into receives (H, W, C) values in [0, 1]
   * @param offset where in {@code into} the first value goes
   * @throws IOException if the picture lies in a file that cannot be read
   */
  void read(int index, boolean flipped, float[] into, int offset) throws IOException;

  /**
   * Writes one picture, or the part of it that was drawn by chance, channels last.
   *
   * @param index the picture's number, in [0, size)
   * @param flipped whether left and right change sides
   * @param place where the part lies, from 0 for top or left to 1 for bottom or right; of no effect
   *     where pictures are shown whole, or their middle is
   * @param into receives (H, W, C) values in [0, 1]
   * @param offset where in {@code into} the first value goes
   * @throws IOException if the picture lies in a file that cannot be read
   */
  default void read(int index, boolean flipped, double place, float[] into, int offset)
      throws IOException {
    read(index, flipped, into, offset);
  }

  /**
   * Names of the classes the pictures belong to.
   *
   * @return in the order of their numbers; empty if nothing is known of them
   */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Tells the class of a picture.
   *
   * @param index the picture's number, in [0, size)
   * @return its number in {@link #classes}
   * @throws IllegalStateException if there are no classes
   */
  default int label(int index) {
    throw new IllegalStateException(source() + ": expected pictures with classes, got none");
  }

  /**
   * Whether texts say what the pictures show.
   *
   * @return true if each picture has a {@link #caption}
   */
  default boolean captioned() {
    return false;
  }

  /**
   * What a picture shows, in words.
   *
   * @param index the picture's number, in [0, size)
   * @param chance from 0 to just below 1, chooses where several texts say it
   * @return one of its texts
   * @throws IllegalStateException if there are no texts
   */
  default String caption(int index, double chance) {
    throw new IllegalStateException(source() + ": expected pictures with captions, got none");
  }

  /**
   * Names where the pictures come from.
   *
   * @return a folder, a file or the name of a known set
   */
  String source();

  /**
   * Tells how many values one picture has.
   *
   * @return H * W * C
   */
  default int pictureLength() {
    return height() * width() * channels();
  }

  /**
   * Describes the set in one line for logs.
   *
   * @return such as {@code 10,000 pictures of 28x28, 1 channel, from Fashion-MNIST}
   */
  default String describe() {
    return String.format(
        Locale.ROOT,
        "%,d %s of %dx%d, %d %s, from %s",
        size(),
        size() == 1 ? "picture" : "pictures",
        height(),
        width(),
        channels(),
        channels() == 1 ? "channel" : "channels",
        source());
  }

  /**
   * Tells what was found: how many samples, of which classes and sizes, and what was left out.
   *
   * @return the report; by default that all samples are stored as they are read
   */
  default DataReport report() {
    return DataReport.of(this);
  }

  /**
   * A text by which a resumed run can tell that its data have changed: their number and sizes, and a
   * hash of what they hold, wherever they lie. Cheap: not all of the data need be read.
   *
   * @return the same for the same data; by default that of up to 64 pictures spread over the set
   * @throws IOException if the data cannot be read
   */
  default String fingerprint() throws IOException {
    Fingerprint print = new Fingerprint(this);
    float[] picture = new float[pictureLength()];
    for (int index : Fingerprint.spread(size(), 64)) {
      read(index, false, picture, 0);
      print.add(picture);
    }
    return print.text(0);
  }

  /**
   * A text by which a resumed run can tell that the classes of its pictures have changed.
   *
   * @return the number of labels and a hash of them, such as {@code 60000 labels, 5f…}; empty without
   *     classes
   */
  default String labelFingerprint() {
    return classes().isEmpty() ? "" : Fingerprint.ofLabels(this);
  }

  /**
   * Closes files that are held open; by default there are none.
   *
   * @throws IOException if the system refuses
   */
  @Override
  default void close() throws IOException {}
}
