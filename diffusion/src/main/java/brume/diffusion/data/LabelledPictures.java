package brume.diffusion.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Pictures whose classes are told by something beside them.
 *
 * @param pictures without classes
 * @param classes names, in the order of their numbers
 * @param labels (N) the class of each picture; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // data are read, never compared
record LabelledPictures(Dataset pictures, List<String> classes, int[] labels) implements Dataset {

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
}
