package brume.diffusion.exchange;

import brume.nn.NamedParameter;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.util.Arrays;

/**
 * The change of one layer: weight + scale · alpha/rank · up · down.
 *
 * @param tensors the file that has both factors
 * @param source what messages call it
 * @param down name of the first factor, (rank, in, ...)
 * @param up name of the second, (out, rank, 1, ...)
 * @param strength alpha/rank, or what the file says instead
 */
record LoraChange(SafeTensors tensors, String source, String down, String up, double strength) {

  private static final int SHOWN = 200; // characters of a name

  /** Refuses factors of different ranks. {@inheritDoc} */
  LoraChange {
    int[] first = tensors.shape(down), second = tensors.shape(up);
    boolean factors = first.length >= 2 && second.length >= 2 && first[0] > 0;
    if (!factors || second[1] != first[0] || size(second, 2) != 1) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected %s of a rank and %s of the same, got shapes %s and %s",
          source,
          Text.shown(down, SHOWN),
          Text.shown(up, SHOWN),
          Shape.of(first),
          Shape.of(second)));
    }
  }

  private static int size(int[] shape, int from) {
    return Arrays.stream(shape, from, shape.length).reduce(1, (a, b) -> a * b);
  }

  /** Refuses a weight that is not of the size of the product. */
  void requireFitting(NamedParameter weight) throws IOException {
    int[] stored = weight.layout().storedShape(weight.variable().shape());
    int[] first = tensors.shape(down);
    int out = tensors.shape(up)[0];
    boolean fits = stored.length >= 2
        && stored[0] == out
        && stored[1] == first[1]
        && size(stored, 2) == size(first, 2);
    if (!fits) {
      throw new IOException(Text.of(
          "%s: expected a change of %s, %s, got one of (%d, %d%s); it was made for another model",
          source,
          weight.path(),
          Shape.of(stored),
          out,
          first[1],
          Arrays.stream(first, 2, first.length)
              .mapToObj(side -> ", " + side)
              .reduce("", String::concat)));
    }
  }

  /** Changes a weight that fits. */
  void addTo(NamedParameter weight, double scale) {
    Tensor value = weight.variable().value();
    int[] order = weight.layout().order(value.shape());
    double[] changed = value.toDoubles();
    double[] first = tensors.doubles(down), second = tensors.doubles(up);
    int rank = tensors.shape(down)[0], width = first.length / rank;
    double factor = scale * strength;
    for (int i = 0; i < order.length; i++) {
      int row = i / width, column = i % width;
      double sum = 0;
      for (int r = 0; r < rank; r++) {
        sum += second[row * rank + r] * first[r * width + column];
      }
      changed[order[i]] += factor * sum;
    }
    value.copyFrom(changed);
  }
}
