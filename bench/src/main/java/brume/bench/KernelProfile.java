package brume.bench;

import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.util.Comparator;
import java.util.Locale;

/**
 * Where the time of a step goes: every kernel at every size, longest first. Run by {@code bench/jmh.sh
 * --profile}.
 */
public final class KernelProfile {

  private static final String SHAPE = "32x28x1x32x1-2-4";
  private static final int STEPS = 10;
  private static final int STEPS_BEFORE = 15; // for the just-in-time compiler
  private static final double WORTH_A_ROW = 0.003; // of the time of a step

  private final KernelLog log = new KernelLog();
  private final int steps;

  private KernelProfile(int steps) {
    this.steps = steps;
  }

  /**
   * Prints a profile of a training step and one of a sampling step.
   *
   * @param args batch, size, channels, dim and its multiples as in {@code 32x28x1x32x1-2-4}, or a preset
   *     whose network is told texts; and how many steps are measured, 10 unless told
   */
  public static void main(String... args) {
    String shape = args.length > 0 ? args[0] : SHAPE;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : STEPS;
    KernelProfile profile = new KernelProfile(steps);
    try (Scope scope = Scope.open()) {
      Backend watched = WatchedBackend.of(Backends.cpu(), profile.log);
      StepNetwork network = Character.isDigit(shape.charAt(0))
          ? StepNetwork.of(watched, shape)
          : StepNetwork.ofTexts(watched, shape);
      profile.print("training step", network::train);
      profile.print("sampling step", network::sample);
    }
  }

  private void print(String what, Runnable step) {
    for (int i = 0; i < STEPS_BEFORE; i++) {
      step.run();
    }
    log.forget();
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step.run();
    }
    print(what, System.nanoTime() - start);
  }

  private void print(String what, long nanos) {
    double gflop = log.cost().gflop();
    System.out.printf(
        Locale.ROOT,
        "%n%s: %.1f ms, %.1f GFLOP, %.0f GFLOP/s%n%n",
        what,
        nanos * 1e-6 / steps,
        gflop / steps,
        gflop / nanos * 1e9);
    System.out.println("| kernel | calls | ms | share | GFLOP | GFLOP/s | GB/s |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    log.rows().stream()
        .filter(row -> row.nanos() > WORTH_A_ROW * nanos)
        .sorted(Comparator.comparingLong(KernelLog.Row::nanos).reversed())
        .forEach(row -> System.out.printf(
            Locale.ROOT,
            "| %s | %d | %.2f | %.1f %% | %s | %s | %.1f |%n",
            row.name(),
            row.calls() / steps,
            row.nanos() * 1e-6 / steps,
            100.0 * row.nanos() / nanos,
            counted("%.2f", row.cost().gflop() / steps),
            counted("%.0f", row.cost().gflop() / row.nanos() * 1e9),
            row.cost().gbyte() / row.nanos() * 1e9));
    long known = log.rows().stream().mapToLong(KernelLog.Row::nanos).sum();
    System.out.printf(Locale.ROOT, "%noutside of kernels: %.1f %%%n", 100 - 100.0 * known / nanos);
  }

  private static String counted(String format, double value) {
    return value == 0 ? "" : Text.of(format, value);
  }
}
