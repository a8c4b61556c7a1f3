package brume.diffusion.cli;

import brume.tensor.Device;
import brume.tensor.kernel.Backends;
import picocli.CommandLine.Option;

/** Where to compute, and on how many threads. */
final class DeviceOptions {

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description =
          "Where to compute: cpu, or reference (slow, double precision). Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads; 0 for one per core. Results do not depend on it. Default: ${DEFAULT-VALUE}.")
  private int threads;

  /** Opens the backend. */
  Device open() {
    UsageException.unless(
        threads >= 0, "--threads: expected 0 (one per core) or more, got " + threads);
    if (threads > 0) {
      System.setProperty("brume.threads", Integer.toString(threads));
    }
    try {
      return Backends.named(device);
    } catch (IllegalArgumentException unknown) {
      throw new UsageException("--" + unknown.getMessage());
    }
  }

  /** Threads that the CPU backend uses. */
  int threads() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }
}
