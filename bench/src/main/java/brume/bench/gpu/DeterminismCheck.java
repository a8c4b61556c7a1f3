package brume.bench.gpu;

import brume.bench.StepNetwork;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.List;

/**
 * Whether two trainings give the same network, to the last bit.
 *
 * @param shape of the network
 * @param steps of each training, at least 1
 */
record DeterminismCheck(String shape, int steps) implements Check {

  DeterminismCheck {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "repeats: expected 1 or more, as no step does anything twice, got " + steps);
    }
  }

  @Override
  public void run(Backend device, Verdicts verdicts) {
    List<float[]> once = train(device), again = train(device);
    long numbers = once.stream().mapToLong(values -> values.length).sum();
    long differing = SameBits.differing(once, again);
    verdicts.judge(
        differing == 0 && SameBits.areFinite(once),
        Text.of("two trainings of %d steps of %s", steps, shape),
        Text.of("%,d of %,d numbers differ", differing, numbers)
            + (SameBits.areFinite(once) ? "" : ", and some are not finite"));
  }

  private List<float[]> train(Backend device) {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(device, shape);
      for (int step = 0; step < steps; step++) {
        network.train();
      }
      return SameBits.of(network);
    }
  }
}
