package brume.diffusion.cli;

import brume.diffusion.settings.Guess;
import brume.tensor.Text;
import brume.tensor.kernel.KernelTracer;
import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code brume ptx trace}: one thread of a kernel, register by register. */
@Command(
    name = "trace",
    description = {
      "Runs a small example of a kernel on the emulator and tells what one thread does: the line of the"
          + " PTX, the instruction, and what it left in registers and memory.",
      "Without a kernel, lists those that have an example."
    },
    sortOptions = false)
final class PtxTraceCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "KERNEL", description = "For example group_norm.")
  private String kernel = "";

  @Option(
      names = "--block",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which block, counted along x, then y, then z. Default: ${DEFAULT-VALUE}.")
  private long block;

  @Option(
      names = "--thread",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which thread of the block, counted alike. Default: ${DEFAULT-VALUE}.")
  private int thread;

  @Spec
  private CommandSpec spec;

  /** The one on the class path, for a command. */
  static KernelTracer tracer(String command) {
    return ServiceLoader.load(KernelTracer.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            command + ": expected Brume's CUDA kernels on the class path; start Brume by ./brume"));
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    KernelTracer tracer = tracer("ptx trace");
    if (kernel.isEmpty()) {
      tracer.kernels().forEach(out::println);
    } else {
      try {
        tracer.trace(kernel, block, thread, out::println);
      } catch (IllegalArgumentException refused) {
        List<String> kernels = tracer.kernels();
        throw new UsageException(
            kernels.contains(kernel)
                ? "--" + refused.getMessage()
                : Text.of(
                    "ptx trace: expected one of the %d kernels that 'brume ptx trace' lists, got '%s'%s",
                    kernels.size(), kernel, Guess.of(kernel, kernels)));
      }
    }
    out.flush();
    return 0;
  }
}
