package brume.nn.unet.edm;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/** The classes of samples as rows with a one in the column of the class, and nowhere if it is not told. */
final class Labels {

  private Labels() {}

  /** (N, classes) rows with the given number instead of one. */
  static Variable rows(Query query, int classes, double one, Device device) {
    int samples = query.times().length;
    return Variable.constant(Tensor.renewed(device, Shape.of(samples, classes), () -> {
      int[] columns = query.condition().rows(samples, classes);
      double[] rows = new double[Shape.product(samples, classes)];
      for (int n = 0; n < samples; n++) {
        if (columns[n] < classes) {
          rows[n * classes + columns[n]] = one;
        }
      }
      return rows;
    }));
  }

  /** Refuses what a network of so many classes does not look at. */
  static void requireKnown(Condition condition, int classes, String network) {
    condition.requireNoFormer(network);
    condition.requireNoContext(network);
    condition.requireNoPictures(network);
    if (classes == 0) {
      condition.requireNoLabels(network);
    }
  }
}
