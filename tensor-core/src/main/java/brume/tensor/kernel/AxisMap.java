package brume.tensor.kernel;

import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A linear map along one axis, as a sparse matrix: every output is the weighted sum of a few inputs.
 * Slices with steps, flips, padding, lookups, pooling by means and interpolation are such maps; what
 * differs is only which inputs an output adds up, and the gradient is the transposed map.
 */
public final class AxisMap {

  private final int inputs;
  private final int[] starts; // terms of output j: starts[j] to starts[j + 1]
  private final int[] sources;
  private final double[] weights;
  private final @Nullable Supplier<AxisMap> renewed; // where it is not always the same
  private @Nullable AxisMap transposed; // once asked for

  private AxisMap(int inputs, int[] starts, int[] sources, double[] weights) {
    this(inputs, starts, sources, weights, null);
  }

  private AxisMap(
      int inputs,
      int[] starts,
      int[] sources,
      double[] weights,
      @Nullable Supplier<AxisMap> renewed) {
    this.inputs = inputs;
    this.starts = starts;
    this.sources = sources;
    this.weights = weights;
    this.renewed = renewed;
  }

  /**
   * A map that is asked for anew when recorded work is repeated. All else sees the one of now.
   *
   * @param current the map that counts; each time of the same sizes
   * @return the map of now, which {@link #current} may replace
   */
  public static AxisMap renewed(Supplier<AxisMap> current) {
    AxisMap now = current.get();
    return new AxisMap(now.inputs, now.starts, now.sources, now.weights, current);
  }

  /**
   * Where the map comes from, if it may be another one the next time.
   *
   * @return asks for the map that counts; empty for one that stays
   */
  public Optional<Supplier<AxisMap>> current() {
    return Optional.ofNullable(renewed);
  }

  /**
   * Copies: output j is input {@code sources[j]}, or no input at all where that is −1.
   *
   * @param inputs size of the axis of the input
   * @param sources one index per output, repeated at will
   * @return the map
   * @throws ShapeException if an index leaves the axis
   */
  public static AxisMap select(int inputs, int... sources) {
    int[] starts = new int[sources.length + 1], kept = new int[sources.length];
    int terms = 0;
    for (int j = 0; j < sources.length; j++) {
      ShapeException.unless(
          sources[j] >= -1 && sources[j] < inputs,
          "axis map: expected indexes from 0 to %d, got %d at %d",
          inputs - 1,
          sources[j],
          j);
      if (sources[j] >= 0) {
        kept[terms++] = sources[j];
      }
      starts[j + 1] = terms;
    }
    double[] weights = new double[terms];
    Arrays.fill(weights, 1);
    return new AxisMap(inputs, starts, Arrays.copyOf(kept, terms), weights);
  }

  /**
   * Sums over ranges, each divided by a number of its own: output j is the sum of inputs
   * {@code from[j]} to {@code to[j] − 1} over {@code divisor[j]}.
   *
   * @param inputs size of the axis of the input
   * @param from first input of each output
   * @param to one after the last input of each output
   * @param divisor what each sum is divided by
   * @return the map
   * @throws ShapeException if a range leaves the axis
   */
  public static AxisMap means(int inputs, int[] from, int[] to, int[] divisor) {
    int[] starts = new int[from.length + 1];
    for (int j = 0; j < from.length; j++) {
      ShapeException.unless(
          0 <= from[j] && from[j] <= to[j] && to[j] <= inputs,
          "axis map: expected a range within 0 to %d, got %d to %d at %d",
          inputs,
          from[j],
          to[j],
          j);
      long terms = (long) starts[j] + to[j] - from[j];
      ShapeException.unless(
          terms <= Integer.MAX_VALUE,
          "axis map: expected fewer than 2^31 terms, got %d in %d of %d ranges",
          terms,
          j + 1,
          from.length);
      starts[j + 1] = (int) terms;
    }
    int[] sources = new int[starts[from.length]];
    double[] weights = new double[sources.length];
    for (int j = 0; j < from.length; j++) {
      for (int i = from[j], term = starts[j]; i < to[j]; i++, term++) {
        sources[term] = i;
        weights[term] = 1.0 / divisor[j];
      }
    }
    return new AxisMap(inputs, starts, sources, weights);
  }

  /**
   * Linear interpolation: output j lies at {@code positions[j]} between the inputs 0, 1, 2, ...
   *
   * @param inputs size of the axis of the input
   * @param positions where each output lies, held within the axis
   * @return the map
   */
  public static AxisMap interpolate(int inputs, double... positions) {
    int[] starts = new int[positions.length + 1], sources = new int[2 * positions.length];
    double[] weights = new double[sources.length];
    for (int j = 0; j < positions.length; j++) {
      double position = Math.max(0, Math.min(inputs - 1, positions[j]));
      int below = (int) position, above = Math.min(below + 1, inputs - 1);
      sources[2 * j] = below;
      weights[2 * j] = 1 - (position - below);
      sources[2 * j + 1] = above;
      weights[2 * j + 1] = position - below;
      starts[j + 1] = 2 * j + 2;
    }
    return new AxisMap(inputs, starts, sources, weights);
  }

  /**
   * Sums of ranges by weights: output j is the sum of inputs from {@code from[j]} on, each times a weight
   * of {@code weights[j]}.
   *
   * @param inputs size of the axis of the input
   * @param from first input of each output
   * @param weights of each output, of its first input first
   * @return the map
   * @throws ShapeException if a range leaves the axis
   */
  public static AxisMap weighted(int inputs, int[] from, double[][] weights) {
    int[] starts = new int[from.length + 1];
    for (int j = 0; j < from.length; j++) {
      ShapeException.unless(
          0 <= from[j] && from[j] + weights[j].length <= inputs,
          "axis map: expected a range within 0 to %d, got %d weights from %d on at %d",
          inputs,
          weights[j].length,
          from[j],
          j);
      starts[j + 1] = Math.addExact(starts[j], weights[j].length);
    }
    int[] sources = new int[starts[from.length]];
    double[] all = new double[sources.length];
    for (int j = 0; j < from.length; j++) {
      for (int i = 0, term = starts[j]; i < weights[j].length; i++, term++) {
        sources[term] = from[j] + i;
        all[term] = weights[j][i];
      }
    }
    return new AxisMap(inputs, starts, sources, all);
  }

  /**
   * Size of the axis before the map.
   *
   * @return number of inputs
   */
  public int inputs() {
    return inputs;
  }

  /**
   * Size of the axis after the map.
   *
   * @return number of outputs
   */
  public int outputs() {
    return starts.length - 1;
  }

  /**
   * Number of weighted inputs of all outputs together.
   *
   * @return the entries of the matrix
   */
  public int terms() {
    return sources.length;
  }

  /**
   * The first term of an output; its last one comes just before {@code start(output + 1)}.
   *
   * @param output 0 to {@link #outputs()}
   * @return number of the term
   */
  public int start(int output) {
    return starts[output];
  }

  /**
   * Which input a term weighs.
   *
   * @param term 0 to {@link #terms()} − 1
   * @return number of the input
   */
  public int source(int term) {
    return sources[term];
  }

  /**
   * How much a term weighs.
   *
   * @param term 0 to {@link #terms()} − 1
   * @return the weight
   */
  public double weight(int term) {
    return weights[term];
  }

  /**
   * The map that carries gradients of the outputs back to the inputs.
   *
   * @return every output becomes an input and the other way round
   */
  public AxisMap transposed() {
    AxisMap known = transposed;
    if (known == null) {
      Supplier<AxisMap> current = renewed;
      known = current == null ? transpose() : renewed(() -> current.get().transpose());
      transposed = known;
    }
    return known;
  }

  private AxisMap transpose() {
    int[] firsts = new int[inputs + 1];
    for (int source : sources) {
      firsts[source + 1]++;
    }
    for (int i = 0; i < inputs; i++) {
      firsts[i + 1] += firsts[i];
    }
    int[] next = firsts.clone(), outputs = new int[terms()];
    double[] reordered = new double[terms()];
    for (int j = 0; j < outputs(); j++) {
      for (int term = starts[j]; term < starts[j + 1]; term++) {
        int at = next[sources[term]]++;
        outputs[at] = j;
        reordered[at] = weights[term];
      }
    }
    return new AxisMap(outputs(), firsts, outputs, reordered);
  }

  /** The sizes of the matrix. */
  @Override
  public String toString() {
    return Text.of("map of %d inputs to %d outputs by %d terms", inputs, outputs(), terms());
  }
}
