package brume.diffusion.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * What a log tells, in a bounded number of buckets however long it is: of each value the mean, the smallest
 * and the largest of a bucket. When all buckets are full, neighbours are merged in pairs, so that the work
 * and the memory of a line do not depend on how many came before.
 */
public final class Curve {

  /** Most buckets, more than a chart has pixels to show. */
  static final int BUCKETS = 1024;

  private static final MathContext DIGITS = new MathContext(5); // more than a chart can show

  /** One of the values of a line. */
  public enum Value {
    /** Mean over the batch. */
    LOSS("loss", true),
    /** Of all gradients before clipping. */
    GRADIENT_NORM("gradientNorm", true),
    /** In force. */
    LEARNING_RATE("learningRate", false),
    /** Of the step. */
    SECONDS("seconds", false),
    /** Of the process, in MiB. */
    MEMORY("memory", false);

    private final String key;
    private final boolean scatters; // so much that its range is worth showing

    Value(String key, boolean scatters) {
      this.key = key;
      this.scatters = scatters;
    }

    /** Its name in a log. */
    String key() {
      return key;
    }
  }

  static final int VALUES = Value.values().length;

  private final int[] lastSteps = new int[BUCKETS];
  private final int[][] counts = new int[VALUES][BUCKETS]; // of finite numbers
  private final double[][] sums = new double[VALUES][BUCKETS];
  private final double[][] least = new double[VALUES][BUCKETS];
  private final double[][] most = new double[VALUES][BUCKETS];
  private final double[] latest = new double[VALUES];

  private int used;
  private int width = 1; // lines of a bucket
  private int inLast; // lines in the last bucket
  private long lines;

  Curve() {
    Arrays.fill(latest, Double.NaN);
  }

  /**
   * Adds a line.
   *
   * @param step its number
   * @param values by {@link Value}; those that are no finite number are left out
   */
  void add(int step, double... values) {
    if (used == 0 || inLast == width) {
      if (used == BUCKETS) {
        mergePairs();
      }
      if (inLast == width || used == 0) {
        used++;
        inLast = 0;
      }
    }
    int bucket = used - 1;
    inLast++;
    lines++;
    lastSteps[bucket] = step;
    for (int v = 0; v < VALUES; v++) {
      latest[v] = values[v];
      if (Double.isFinite(values[v])) {
        put(v, bucket, 1, values[v], values[v], values[v]);
      }
    }
  }

  private void put(int v, int bucket, int count, double sum, double low, double high) {
    boolean first = counts[v][bucket] == 0;
    counts[v][bucket] += count;
    sums[v][bucket] = first ? sum : sums[v][bucket] + sum;
    least[v][bucket] = first ? low : Math.min(least[v][bucket], low);
    most[v][bucket] = first ? high : Math.max(most[v][bucket], high);
  }

  /** Halves the buckets; there is an even number of them, all full. */
  private void mergePairs() {
    for (int to = 0; to < BUCKETS / 2; to++) {
      int left = 2 * to, right = left + 1;
      lastSteps[to] = lastSteps[right];
      for (int v = 0; v < VALUES; v++) {
        int[] had = {counts[v][left], counts[v][right]};
        double[] sum = {sums[v][left], sums[v][right]};
        double[] low = {least[v][left], least[v][right]}, high = {most[v][left], most[v][right]};
        counts[v][to] = 0;
        for (int i = 0; i < 2; i++) {
          if (had[i] > 0) {
            put(v, to, had[i], sum[i], low[i], high[i]);
          }
        }
      }
    }
    for (int v = 0; v < VALUES; v++) {
      Arrays.fill(counts[v], BUCKETS / 2, BUCKETS, 0);
    }
    used = BUCKETS / 2;
    width *= 2;
    inLast = width;
  }

  /** Number of lines. */
  long lines() {
    return lines;
  }

  /** Step of the last line; 0 before the first. */
  int lastStep() {
    return used == 0 ? 0 : lastSteps[used - 1];
  }

  /** A value of the last line; NaN before the first. */
  double latest(Value value) {
    return latest[value.ordinal()];
  }

  /** The mean of the last tenth of a curve; NaN where there is none. */
  double recent(Value value) {
    int v = value.ordinal(), count = 0;
    double sum = 0;
    for (int b = used - Math.max(1, used / 10); b >= 0 && b < used; b++) {
      count += counts[v][b];
      sum += counts[v][b] == 0 ? 0 : sums[v][b];
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Steps of the buckets' last lines. */
  int[] steps() {
    return Arrays.copyOf(lastSteps, used);
  }

  /** Means of the buckets; NaN where there is none. */
  double[] means(Value value) {
    int v = value.ordinal();
    double[] means = new double[used];
    for (int b = 0; b < used; b++) {
      means[b] = counts[v][b] == 0 ? Double.NaN : sums[v][b] / counts[v][b];
    }
    return means;
  }

  /**
   * What changes with it.
   *
   * @return a word that is another one once a line has come
   */
  public String tag() {
    return lines + "-" + lastStep() + "-" + latest(Value.SECONDS);
  }

  /**
   * All buckets as columns.
   *
   * @return an object of steps, the last of each bucket, and of each value the means, and where a bucket has
   *     several lines the least and the most of what scatters
   */
  public ObjectNode tree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("lines", lines).put("linesOfBucket", width);
    ArrayNode steps = tree.putArray("steps");
    for (int b = 0; b < used; b++) {
      steps.add(lastSteps[b]);
    }
    for (Value value : Value.values()) {
      int v = value.ordinal();
      if (Arrays.stream(counts[v], 0, used).allMatch(count -> count == 0)) {
        continue; // no line has it
      }
      ObjectNode columns = tree.putObject(value.key());
      addColumn(columns.putArray("mean"), v, means(value));
      if (value.scatters && width > 1) {
        addColumn(columns.putArray("least"), v, least[v]);
        addColumn(columns.putArray("most"), v, most[v]);
      }
    }
    return tree;
  }

  private void addColumn(ArrayNode to, int v, double... column) {
    for (int b = 0; b < used; b++) {
      boolean has = counts[v][b] > 0 && Double.isFinite(column[b]); // sums may have overflowed
      to.add(has ? rounded(column[b]) : null);
    }
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros();
  }
}
