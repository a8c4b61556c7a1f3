package brume.diffusion.metric;

import brume.tensor.Text;
import java.util.Arrays;

/**
 * How sure a classifier is of samples and how varied its answers are:
 *
 * <pre>
 *   score = exp(mean KL(p(y|x) ‖ p(y)))          p(y) = mean p(y|x)
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1606.03498">Salimans et al., Improved Techniques for Training GANs
 *     (2016), §4</a>
 */
public final class InceptionScore {

  private final double[] scores;

  private InceptionScore(double[] scores) {
    this.scores = scores;
  }

  /**
   * Scores samples in equal parts; what is left over at the end is not used.
   *
   * @param logits (N, classes) of a classifier
   * @param splits number of parts, at most N
   * @return one score a part
   */
  public static InceptionScore of(double[][] logits, int splits) {
    if (splits < 1 || splits > logits.length) {
      throw new IllegalArgumentException(
          Text.of("inception score: expected 1 to %d splits, got %d", logits.length, splits));
    }
    int size = logits.length / splits;
    double[] scores = new double[splits];
    for (int i = 0; i < splits; i++) {
      scores[i] = score(Arrays.copyOfRange(logits, i * size, (i + 1) * size));
    }
    return new InceptionScore(scores);
  }

  private static double score(double[][] logits) {
    int n = logits.length, classes = logits[0].length;
    double[][] logP = new double[n][];
    double[] marginal = new double[classes];
    for (int i = 0; i < n; i++) {
      logP[i] = logSoftmax(logits[i]);
      for (int c = 0; c < classes; c++) {
        marginal[c] += Math.exp(logP[i][c]) / n;
      }
    }
    double divergence = 0;
    for (double[] row : logP) {
      for (int c = 0; c < classes; c++) {
        double p = Math.exp(row[c]);
        divergence += p == 0 ? 0 : p * (row[c] - Math.log(marginal[c])) / n;
      }
    }
    return Math.exp(divergence);
  }

  private static double[] logSoftmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElse(0);
    double sum = Arrays.stream(logits).map(x -> Math.exp(x - largest)).sum();
    return Arrays.stream(logits).map(x -> x - largest - Math.log(sum)).toArray();
  }

  /**
   * The scores of the parts.
   *
   * @return a copy
   */
  public double[] scores() {
    return scores.clone();
  }

  /**
   * Mean of the parts' scores.
   *
   * @return from 1 to the number of classes
   */
  public double mean() {
    return Arrays.stream(scores).average().orElse(Double.NaN);
  }

  /**
   * Standard deviation of the parts' scores among themselves.
   *
   * @return 0 for one part
   */
  public double deviation() {
    double mean = mean();
    return Math.sqrt(Arrays.stream(scores)
        .map(score -> (score - mean) * (score - mean))
        .average()
        .orElse(Double.NaN));
  }
}
