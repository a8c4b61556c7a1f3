package brume.diffusion.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The 10,000 test pictures of Fashion-MNIST, 28x28 grey, which ship with Brume so that a first run
 * needs no download.
 *
 * @see <a href="https://arxiv.org/abs/1708.07747">Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel
 *     Image Dataset for Benchmarking Machine Learning Algorithms, 2017</a>
 */
public final class FashionMnist implements Dataset {
  /** The names of the ten kinds of clothing; a label is an index into them. */
  public static final List<String> KINDS = List.of(
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot");

  private final IdxImages images;
  private final byte[] labels;

  private FashionMnist(IdxImages images, byte[] labels) {
    this.images = images;
    this.labels = labels;
  }

  /**
   * Loads pictures and labels from the class path.
   *
   * @return the set, about 8 MB in memory
   * @throws IOException if Brume's jar is damaged
   */
  public static FashionMnist load() throws IOException {
    IdxImages images = IdxImages.of(resource("t10k-images-idx3-ubyte.gz"));
    IdxFile labels = resource("t10k-labels-idx1-ubyte.gz");
    if (labels.rank() != 1 || labels.size(0) != images.size()) {
      throw new IOException(labels.name() + ": expected one label for each of " + images.size()
          + " pictures, got " + labels.values().length);
    }
    return new FashionMnist(images, labels.values());
  }

  private static IdxFile resource(String name) throws IOException {
    String path = "fashion-mnist/" + name;
    try (InputStream in = FashionMnist.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new FileNotFoundException(path + ": expected this file on the class path beside "
            + FashionMnist.class.getName() + ", got nothing; build Brume again");
      }
      return IdxFile.read(in, path);
    }
  }

  @Override
  public List<String> classes() {
    return KINDS;
  }

  /**
   * Tells what a picture shows.
   *
   * @param index the picture's number, in [0, size)
   * @return an index into {@link #KINDS}, in [0, 10)
   */
  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int height() {
    return images.height();
  }

  @Override
  public int width() {
    return images.width();
  }

  @Override
  public int channels() {
    return images.channels();
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    images.read(index, flipped, into, offset);
  }

  @Override
  public String source() {
    return "Fashion-MNIST (test set)";
  }

  @Override
  public String fingerprint() {
    return images.fingerprint();
  }
}
