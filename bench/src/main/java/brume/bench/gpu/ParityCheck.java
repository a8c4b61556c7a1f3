package brume.bench.gpu;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.List;
import java.util.Map;

/**
 * Whether a device computes the operations of a network as exactly as single precision allows: to 1e-5 of
 * each tensor's largest value. Another device that is fast is asked first; where the two differ by more,
 * one of them is off, and double precision tells which.
 *
 * @param operations what is computed
 * @param fast another backend in single precision
 * @param exact a backend in double precision, which may be slow
 */
record ParityCheck(List<Operation> operations, Backend fast, Backend exact) implements Check {

  private static final double TOLERANCE = 1e-5;

  @Override
  public void run(Backend device, Verdicts verdicts) {
    for (Operation operation : operations) {
      verdicts.attempt(operation.name(), () -> check(operation, device, verdicts));
    }
  }

  private void check(Operation operation, Backend device, Verdicts verdicts) {
    Map<String, double[]> actual = operation.on(device), expected = operation.on(fast);
    Deviation between = Deviation.between(expected, actual);
    if (between.relative() <= TOLERANCE) {
      verdicts.judge(true, operation.name(), Text.of("%s from %s", between, fast.name()));
      return;
    }
    Map<String, double[]> exactly = operation.on(exact);
    Deviation ours = Deviation.between(exactly, actual);
    Deviation others = Deviation.between(exactly, expected);
    verdicts.judge(
        ours.relative() <= TOLERANCE,
        operation.name(),
        Text.of(
            "%s from %s, where %s is off by %s; allowed %.0e of the largest value",
            ours, exact.name(), fast.name(), others, TOLERANCE));
  }
}
