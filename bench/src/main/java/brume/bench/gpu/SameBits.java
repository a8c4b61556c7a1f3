package brume.bench.gpu;

import brume.bench.StepNetwork;
import brume.nn.NamedParameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Parameters of a network to the last bit. */
final class SameBits {

  private SameBits() {}

  /** Copies of all parameters. */
  static List<float[]> of(StepNetwork network) {
    List<float[]> values = new ArrayList<>();
    for (NamedParameter parameter : network.parameters()) {
      values.add(parameter.variable().value().toFloats());
    }
    return values;
  }

  /** How many numbers differ. */
  static long differing(List<float[]> some, List<float[]> others) {
    long count = 0;
    for (int i = 0; i < some.size(); i++) {
      float[] a = some.get(i), b = others.get(i);
      for (int j = Arrays.mismatch(a, b); j >= 0 && j < a.length; j++) {
        count += Float.floatToRawIntBits(a[j]) == Float.floatToRawIntBits(b[j]) ? 0 : 1;
      }
    }
    return count;
  }

  /** Whether a network was not torn apart by what it learned. */
  static boolean areFinite(List<float[]> parameters) {
    for (float[] values : parameters) {
      for (float value : values) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }
}
