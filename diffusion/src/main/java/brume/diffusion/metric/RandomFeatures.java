package brume.diffusion.metric;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Pointwise.relu;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * What a convolutional network with random weights, which nobody has trained, says of pictures: convolutions
 * that halve both sides until neither is larger than 4, each followed by a rectifier, and {@value #WIDTH}
 * random sums of what is left. The weights follow from the sizes of the pictures alone, so that figures of
 * all runs on the same data can be compared; those of other programs, or of Inception, cannot.
 *
 * <p>For pictures unlike photographs such features rank generators better than those of networks that were
 * trained on photographs.
 *
 * @see <a href="https://arxiv.org/abs/2002.09797">Naeem et al., Reliable Fidelity and Diversity Metrics
 *     for Generative Models (2020), section 5.1</a>
 */
public final class RandomFeatures {

  /** Numbers that stand for one picture. */
  public static final int WIDTH = 64;

  private static final int SMALL = 4; // pixels of the last side
  private static final int CHANNELS = 16, MOST_CHANNELS = 64;
  private static final int BATCH_NUMBERS = 1 << 18; // of pictures looked at at once
  private static final RandomKey KEY = RandomKey.of(0).child("random features");

  private final Device device;
  private final Shape picture; // (H, W, C)
  private final List<Conv2d> halvings = new ArrayList<>();
  private final Variable sums; // (WIDTH, numbers that are left)

  /**
   * Draws the weights.
   *
   * @param device where to compute; the innermost scope owns the weights
   * @param picture (H, W, C) of the pictures
   */
  public RandomFeatures(Device device, Shape picture) {
    this.device = device;
    this.picture = picture;
    Parameters at = Parameters.of(device, KEY);
    int height = picture.dim(0), width = picture.dim(1), channels = picture.dim(2);
    int next = CHANNELS;
    while (Math.max(height, width) > SMALL) {
      ConvConfig halving =
          ConvConfig.of(Domain.IMAGE, channels, next, 3).withStride(2, 1).withInitialization(HE);
      halvings.add(new Conv2d(at.child("halving" + halvings.size()), halving));
      height = (height + 1) / 2;
      width = (width + 1) / 2;
      channels = next;
      next = Math.min(2 * next, MOST_CHANNELS);
    }
    int left = Shape.product(height, width, channels);
    this.sums = at.add("sums", Shape.of(WIDTH, left), StoredLayout.SAME, HE.weight(left, WIDTH));
  }

  /** Weights that keep the magnitude of what a rectifier leaves. */
  private static final Initialization HE = new Initialization() {
    @Override
    public Initializer weight(int fanIn, int fanOut) {
      // Uniform in ±√(6/fanIn): variance 2/fanIn, as Glorot's is 2/(fanIn + fanOut).
      return Initializer.glorot(fanIn, fanIn, 2);
    }

    @Override
    public Initializer bias(int fanIn) {
      return Initializer.constant(0);
    }
  };

  /**
   * Looks at pictures.
   *
   * @param pictures (N, H, W, C) values in [0, 1]
   * @return (N, {@value #WIDTH})
   */
  public double[][] of(float[] pictures) {
    int size = picture.size();
    if (pictures.length % size != 0) {
      throw new IllegalArgumentException(Text.of(
          "features: expected pictures of %s, %d numbers each, got %d numbers",
          picture, size, pictures.length));
    }
    int count = pictures.length / size, most = Math.max(1, BATCH_NUMBERS / size);
    double[][] features = new double[count][];
    for (int first = 0; first < count; first += most) {
      int n = Math.min(most, count - first);
      float[] some = new float[n * size];
      for (int i = 0; i < some.length; i++) {
        some[i] = 2 * pictures[first * size + i] - 1;
      }
      try (Scope scope = Scope.open()) {
        double[] all = look(Tensor.of(device, batched(n), some)).toDoubles();
        for (int i = 0; i < n; i++) {
          features[first + i] = new double[WIDTH];
          System.arraycopy(all, i * WIDTH, features[first + i], 0, WIDTH);
        }
      }
    }
    return features;
  }

  private Tensor look(Tensor x) {
    Variable h = Variable.constant(x); // (N, H, W, C)
    for (Conv2d halving : halvings) {
      h = relu(halving.forward(h));
    }
    int n = x.shape().dim(0);
    return linear(reshape(h, Shape.of(n, h.shape().size() / n)), sums).value();
  }

  private Shape batched(int n) {
    return Shape.of(n, picture.dim(0), picture.dim(1), picture.dim(2));
  }
}
