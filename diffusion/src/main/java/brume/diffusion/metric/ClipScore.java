package brume.diffusion.metric;

import brume.tensor.Text;
import java.util.Arrays;

/**
 * How well pictures show what texts say, pair by pair, by the directions that CLIP gives both.
 *
 * <pre>
 *   s[i, j] = cos(text i, picture j)
 *   score i = 100·max(s[i, i], 0)          Hessel et al. have 2.5 for 100
 * </pre>
 *
 * @param similarity (N, N) s, a row for each text
 * @see <a href="https://arxiv.org/abs/2104.08718">Hessel et al., CLIPScore: A Reference-free Evaluation Metric
 *     for Image Captioning (2021)</a>
 */
@SuppressWarnings("ArrayRecordComponent") // figures are told, never compared
public record ClipScore(double[][] similarity) {

  private static final double SCALE = 100;

  /**
   * Compares texts with pictures that belong to them.
   *
   * @param texts (N, D) of any length but 0
   * @param pictures (N, D) of any length but 0, in the same order
   * @return all of their similarities
   * @throws IllegalArgumentException if there are none, or not as many of both, or rows of different length
   */
  public static ClipScore of(double[][] texts, double[][] pictures) {
    if (texts.length == 0 || texts.length != pictures.length) {
      throw new IllegalArgumentException(Text.of(
          "clip score: expected a text for each picture, and one or more, got %d texts and %d pictures",
          texts.length, pictures.length));
    }
    Features.requireAlike("clip score", texts, pictures);
    double[][] similarity = new double[texts.length][texts.length];
    for (int i = 0; i < texts.length; i++) {
      for (int j = 0; j < texts.length; j++) {
        similarity[i][j] = dot(texts[i], pictures[j])
            / Math.sqrt(dot(texts[i], texts[i]) * dot(pictures[j], pictures[j]));
      }
    }
    return new ClipScore(similarity);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * The cosine of each text and its picture.
   *
   * @return (N) from −1 to 1
   */
  public double[] cosines() {
    double[] cosines = new double[similarity.length];
    Arrays.setAll(cosines, i -> similarity[i][i]);
    return cosines;
  }

  /**
   * The score of each pair.
   *
   * @return (N) from 0 to 100
   */
  public double[] scores() {
    return Arrays.stream(cosines()).map(each -> SCALE * Math.max(each, 0)).toArray();
  }

  /**
   * The score of all pairs.
   *
   * @return their mean, from 0 to 100
   */
  public double mean() {
    return Arrays.stream(scores()).average().orElseThrow();
  }

  /**
   * How often the picture of a text fits it better than all others.
   *
   * @return share of the texts, from 0 to 1
   * @see <a href="https://arxiv.org/abs/1711.10485">Xu et al., AttnGAN (2017), §4: R-precision</a>
   */
  public double precision() {
    int right = 0;
    for (int i = 0; i < similarity.length; i++) {
      double own = similarity[i][i];
      right += Arrays.stream(similarity[i]).allMatch(other -> own >= other) ? 1 : 0;
    }
    return right / (double) similarity.length;
  }
}
