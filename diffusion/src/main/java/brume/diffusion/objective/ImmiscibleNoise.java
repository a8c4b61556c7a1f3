package brume.diffusion.objective;

import brume.tensor.Tensor;
import brume.tensor.kernel.IndexingKernels;
import java.util.Arrays;

/**
 * Deals the noise of a batch out anew so that the distances between samples and their noise add up
 * to as little as possible.
 *
 * @see <a href="https://arxiv.org/abs/2406.12303">Li et al., Immiscible Diffusion: Accelerating
 *     Diffusion Training with Noise Assignment (2024), algorithm 1</a>
 */
public final class ImmiscibleNoise {

  private ImmiscibleNoise() {}

  /**
   * Deals noise out.
   *
   * @param x0 (N, ...) samples
   * @param epsilon (N, ...) noise
   * @return (N, ...) the same noise in another order
   */
  public static Tensor dealtTo(Tensor x0, Tensor epsilon) {
    int[] assignment = assignment(x0, epsilon);
    int size = epsilon.shape().size() / assignment.length;
    Tensor dealt = epsilon.like();
    for (int n = 0; n < assignment.length; n++) {
      IndexingKernels.of(dealt)
          .copyBlock(1, size, epsilon, assignment[n] * size, size, dealt, n * size, size);
    }
    return dealt;
  }

  /**
   * The noise each sample gets.
   *
   * @param x0 (N, ...) samples
   * @param epsilon (N, ...) noise
   * @return (N) which noise, a permutation
   */
  public static int[] assignment(Tensor x0, Tensor epsilon) {
    int samples = x0.shape().dim(0), size = x0.shape().size() / samples;
    double[] xs = x0.toDoubles(), es = epsilon.toDoubles();
    double[][] distance = new double[samples][samples];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < samples; j++) {
        double squared = 0;
        for (int e = 0; e < size; e++) {
          double gap = xs[i * size + e] - es[j * size + e];
          squared += gap * gap;
        }
        distance[i][j] = Math.sqrt(squared);
      }
    }
    return cheapest(distance);
  }

  /**
   * The permutation of columns of least cost, by shortest augmenting paths: rows are added one by
   * one, and prices u of rows and v of columns keep every reduced cost c − u − v at least 0.
   *
   * @see <a href="https://doi.org/10.1007/BF02278710">Jonker and Volgenant, A Shortest Augmenting
   *     Path Algorithm for Dense and Sparse Linear Assignment Problems (1987)</a>
   */
  static int[] cheapest(double[][] cost) {
    int n = cost.length;
    double[] u = new double[n + 1], v = new double[n + 1]; // index 0: no row, no column
    int[] rowOf = new int[n + 1], cameFrom = new int[n + 1]; // of columns
    for (int row = 1; row <= n; row++) {
      double[] slack = new double[n + 1];
      boolean[] visited = new boolean[n + 1];
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      rowOf[0] = row;
      int column = 0;
      do {
        visited[column] = true;
        int nearest = 0;
        for (int j = 1; j <= n; j++) {
          if (!visited[j]) {
            double reduced = cost[rowOf[column] - 1][j - 1] - u[rowOf[column]] - v[j];
            if (reduced < slack[j]) {
              slack[j] = reduced;
              cameFrom[j] = column;
            }
            nearest = nearest == 0 || slack[j] < slack[nearest] ? j : nearest;
          }
        }
        double delta = slack[nearest];
        for (int j = 0; j <= n; j++) {
          if (visited[j]) {
            u[rowOf[j]] += delta;
            v[j] -= delta;
          } else {
            slack[j] -= delta;
          }
        }
        column = nearest;
      } while (rowOf[column] != 0);
      for (; column != 0; column = cameFrom[column]) {
        rowOf[column] = rowOf[cameFrom[column]];
      }
    }
    int[] columnOf = new int[n];
    for (int j = 1; j <= n; j++) {
      columnOf[rowOf[j] - 1] = j - 1;
    }
    return columnOf;
  }
}
