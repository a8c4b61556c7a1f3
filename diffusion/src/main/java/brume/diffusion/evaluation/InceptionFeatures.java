package brume.diffusion.evaluation;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.run.Sha256;
import brume.nn.vision.InceptionV3;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Those of {@link InceptionV3}, by which published distances are told. Grey pictures count as colored ones whose
 * three colors are the same, as pytorch-fid reads them.
 */
public final class InceptionFeatures implements FeatureExtractor {

  private static final int BATCH = 8; // pictures of 299x299
  private static final int COLORS = 3;

  private final InceptionV3 network;
  private final Device device;
  private final Shape sample;
  private final String identity;

  private InceptionFeatures(InceptionV3 network, Device device, Shape sample, String identity) {
    this.network = network;
    this.device = device;
    this.sample = sample;
    this.identity = identity;
  }

  /**
   * Reads the network.
   *
   * @param file of its weights
   * @param sample (H, W, C) of the samples, grey or in colors
   * @param device where to compute; the innermost scope owns its parameters
   * @return its features
   * @throws IOException if the file cannot be read, or is another one
   */
  public static InceptionFeatures of(Path file, Shape sample, Device device) throws IOException {
    if (sample.dim(2) != 1 && sample.dim(2) != COLORS) {
      throw new IllegalArgumentException(
          Text.of("inception: expected grey pictures, or in colors, got samples of %s", sample));
    }
    return new InceptionFeatures(InceptionV3.read(file, device), device, sample, Sha256.of(file));
  }

  @Override
  public String describe() {
    return InceptionV3.FEATURES + " of Inception version 3";
  }

  @Override
  public String identity() {
    return "inception " + identity;
  }

  @Override
  public int width() {
    return InceptionV3.FEATURES;
  }

  @Override
  public String resize() {
    return "299x299 by interpolation between the centers of pixels, without antialiasing";
  }

  @Override
  public boolean tellsClasses() {
    return network.tellsClasses();
  }

  @Override
  public Answers of(float[] samples) {
    int count = samples.length / sample.size();
    double[][] features = new double[count][];
    double[][] logits = new double[tellsClasses() ? count : 0][];
    for (int first = 0; first < count; first += BATCH) {
      look(samples, first, Math.min(BATCH, count - first), features, logits);
    }
    return new Answers(features, logits);
  }

  private void look(float[] samples, int first, int n, double[][] features, double[][] logits) {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Shape shape = Shape.of(n, sample.dim(0), sample.dim(1), COLORS);
      Variable pictures = Variable.constant(Tensor.of(device, shape, colors(samples, first, n)));
      Variable seen = network.features(pictures);
      Rows.put(seen, first, features);
      if (tellsClasses()) {
        Rows.put(network.logits(seen), first, logits);
      }
    }
  }

  private float[] colors(float[] samples, int first, int n) {
    int places = sample.dim(0) * sample.dim(1), channels = sample.dim(2);
    float[] colors = new float[n * places * COLORS];
    for (int i = 0; i < colors.length; i++) {
      int place = i / COLORS, color = channels == 1 ? 0 : i % COLORS;
      colors[i] = samples[(first * places + place) * channels + color];
    }
    return colors;
  }
}
