package brume.diffusion.evaluation;

import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.FeatureExtractor.Answers;
import brume.diffusion.image.Picture;
import brume.diffusion.run.Sha256;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/** What was seen in samples that come batch by batch, of which nothing else is kept. Grows with {@link #add}. */
public final class FeatureSet {

  private static final int CHUNK = 1 << 18; // numbers read at once

  private final FeatureExtractor extractor;
  private final boolean quantized;
  private final MessageDigest hash = Sha256.digest();
  private final List<double[]> features = new ArrayList<>();
  private final List<double[]> logits = new ArrayList<>();

  /**
   * Of no samples yet.
   *
   * @param extractor looks at them
   * @param quantized whether values are rounded to the 256 levels that files of pictures have
   */
  public FeatureSet(FeatureExtractor extractor, boolean quantized) {
    this.extractor = extractor;
    this.quantized = quantized;
  }

  /**
   * Looks at samples.
   *
   * @param samples (N, H, W, C) values in [0, 1]; not changed
   */
  public void add(float[] samples) {
    float[] seen = quantized ? quantize(samples) : samples;
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * seen.length);
    bytes.asFloatBuffer().put(seen);
    hash.update(bytes);
    Answers answers = extractor.of(seen);
    for (double[] row : answers.features()) {
      features.add(rounded(row));
    }
    Collections.addAll(logits, answers.logits());
  }

  /**
   * Looks at some of a set, chosen by chance, the same ones each time.
   *
   * @param data a set
   * @param count how many of it, at most as many as there are
   * @param progress is told how many were looked at
   * @throws IOException if one cannot be read
   */
  public void add(Dataset data, int count, LongConsumer progress) throws IOException {
    Batches byChance = new Batches(data, 0, false);
    int size = data.pictureLength(), most = Math.max(1, CHUNK / size);
    for (int first = 0; first < count; first += most) {
      int n = Math.min(most, count - first);
      float[] some = new float[Shape.product(n, size)];
      byChance.read(first, n, some);
      add(some);
      progress.accept(first + n);
    }
  }

  /** To single precision, in which features of data are kept in a file. */
  private static double[] rounded(double... row) {
    return Arrays.stream(row).map(value -> (float) value).toArray();
  }

  private static float[] quantize(float[] samples) {
    float[] levels = new float[samples.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (Picture.level(samples[i]) & 0xFF) / 255f;
    }
    return levels;
  }

  /**
   * How many samples were looked at.
   *
   * @return N
   */
  public int size() {
    return features.size();
  }

  /**
   * The features.
   *
   * @return (N, D), rows that are shared
   */
  public double[][] features() {
    return features.toArray(new double[0][]);
  }

  /**
   * The logits.
   *
   * @return (N, K), rows that are shared; none if the extractor tells no classes
   */
  public double[][] logits() {
    return logits.toArray(new double[0][]);
  }

  /**
   * A hash of all samples, as they were looked at.
   *
   * @return 64 hexadecimal digits
   */
  public String sha256() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) hash.clone()).digest());
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("digests of every Java platform can be copied", impossible);
    }
  }
}
