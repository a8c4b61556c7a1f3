package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Pictures whose classes are told by something beside them.
 *
 * @param pictures without classes
 * @param classes names, in the order of their numbers
 * @param labels (N) the class of each picture; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // data are read, never compared
record LabelledPictures(Dataset pictures, List<String> classes, int[] labels) implements Dataset {

  /**
   * Pictures with labels, if there are such, which are numbers from 0.
   *
   * @param pictures without classes
   * @param labels the class of each picture
   * @param before names of the classes that a run was begun with; empty if it begins
   * @param source of the labels, for messages
   * @return the pictures alone where there are no labels
   * @throws IOException if labels are missing that were there before, or of more classes
   */
  static Dataset of(Dataset pictures, Optional<int[]> labels, List<String> before, String source)
      throws IOException {
    if (labels.isEmpty()) {
      if (before.isEmpty()) {
        return pictures;
      }
      throw new IOException(Text.of(
          "%s: expected pictures with labels of %d classes, as before, got none; give the former labels",
          source, before.size()));
    }
    int largest = IntStream.of(labels.get()).max().orElse(0);
    if (!before.isEmpty() && largest >= before.size()) {
      throw new IOException(Text.of(
          "%s: expected labels from 0 to %d, as before, got %d; give the former file",
          source, before.size() - 1, largest));
    }
    List<String> classes = before.isEmpty()
        ? IntStream.rangeClosed(0, largest).mapToObj(String::valueOf).toList()
        : before;
    return new LabelledPictures(pictures, classes, labels.get());
  }

  @Override
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)];
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public int height() {
    return pictures.height();
  }

  @Override
  public int width() {
    return pictures.width();
  }

  @Override
  public int channels() {
    return pictures.channels();
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    pictures.read(index, flipped, into, offset);
  }

  @Override
  public String source() {
    return pictures.source();
  }

  @Override
  public String describe() {
    return pictures.describe() + ", of " + classes.size()
        + (classes.size() == 1 ? " class" : " classes");
  }

  @Override
  public String fingerprint() throws IOException {
    return pictures.fingerprint();
  }

  @Override
  public void close() throws IOException {
    pictures.close();
  }
}
