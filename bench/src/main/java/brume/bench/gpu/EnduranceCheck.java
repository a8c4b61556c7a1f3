package brume.bench.gpu;

import brume.bench.StepNetwork;
import brume.bench.StepShape;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;

/**
 * Whether a long training takes no more memory than a short one; and how fast it goes.
 *
 * @param shape of the network
 * @param steps of the training
 * @param settled steps after which everything is in place
 */
record EnduranceCheck(String shape, int steps, int settled) implements Check {

  /** Least piece of memory that a driver takes for itself. */
  private static final long DRIVERS_PIECE = 2 << 20;

  EnduranceCheck {
    if (settled < 0 || steps <= settled) {
      throw new IllegalArgumentException(Text.of(
          "steps: expected more than the %d after which memory must not grow, got %d",
          settled, steps));
    }
  }

  /** Memory at one moment; free is 0 where the device does not tell. */
  private record Memory(long live, long reserved, long free) {
    private static Memory of(Backend device) {
      device.await();
      return new Memory(
          device.liveBytes(), device.reservedBytes(), device.freeBytes().orElse(0));
    }
  }

  @Override
  public void run(Backend device, Verdicts verdicts) {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(device, shape);
      train(network, settled);
      Memory before = Memory.of(device);
      long start = System.nanoTime();
      train(network, steps - settled);
      Memory after = Memory.of(device);
      double seconds = (System.nanoTime() - start) * 1e-9;
      double perSecond = (steps - settled) / seconds;
      verdicts.note(Text.of(
          "%s: %.1f steps/s, %.0f images/s over %d steps",
          shape, perSecond, StepShape.of(shape).batch() * perSecond, steps - settled));
      same("memory of tensors", before.live, after.live, verdicts);
      same("memory taken from the device", before.reserved, after.reserved, verdicts);
      if (before.free > 0) {
        boolean kept = after.free >= before.free - DRIVERS_PIECE;
        told(kept, "free memory of the device", before.free, after.free, verdicts);
      }
      boolean finite = SameBits.areFinite(SameBits.of(network));
      verdicts.judge(
          finite, "parameters after step " + steps, finite ? "all finite" : "some are not finite");
    }
  }

  private static void train(StepNetwork network, int steps) {
    for (int step = 0; step < steps; step++) {
      network.train();
    }
  }

  private void same(String what, long before, long after, Verdicts verdicts) {
    told(before == after, what, before, after, verdicts);
  }

  private void told(boolean right, String what, long before, long after, Verdicts verdicts) {
    verdicts.judge(
        right,
        what,
        Text.of("%,d bytes after step %d, %,d after step %d", before, settled, after, steps));
  }
}
