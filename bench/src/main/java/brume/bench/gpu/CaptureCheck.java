package brume.bench.gpu;

import brume.bench.StepNetwork;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Recording;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a training step captured into a graph and repeated does to the last bit what the step itself
 * does; and how long each takes.
 *
 * @param shape of the network
 * @param steps compared, then timed; at least 2, as the first one is not a repetition
 */
record CaptureCheck(String shape, int steps) implements Check {

  private static final double MILLISECONDS = 1e-6; // of a nanosecond

  CaptureCheck {
    if (steps < 2) {
      throw new IllegalArgumentException(
          "repeats: expected 2 or more, of which the first is captured, got " + steps);
    }
  }

  @Override
  public void run(Backend device, Verdicts verdicts) {
    List<float[]> expected, actual;
    double launched, replayed;
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(device, shape);
      for (int step = 0; step < steps; step++) {
        network.trainAsAtFirst();
      }
      expected = SameBits.of(network);
      launched = median(device, network::trainAsAtFirst);
    }
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(device, shape);
      try (Recording recording = device.record(network::trainAsAtFirst)) { // the first step
        for (int step = 1; step < steps; step++) {
          recording.replay();
        }
        actual = SameBits.of(network);
        replayed = median(device, recording::replay);
      }
    }
    long differing = SameBits.differing(expected, actual);
    boolean finite = SameBits.areFinite(expected);
    verdicts.judge(
        differing == 0 && finite,
        Text.of("%d repetitions of the captured step of %s", steps - 1, shape),
        Text.of("%,d numbers differ from those of the step itself", differing)
            + (finite ? "" : ", and some are not finite"));
    verdicts.note(Text.of(
        "%s: %.2f ms a step, %.2f ms captured, ratio %.2f",
        shape, launched, replayed, launched / replayed));
  }

  private double median(Backend device, Runnable step) {
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) {
      device.await();
      long start = System.nanoTime();
      step.run();
      device.await();
      times[i] = (System.nanoTime() - start) * MILLISECONDS;
    }
    Arrays.sort(times);
    return times[steps / 2];
  }
}
