package brume.diffusion.cli;

import brume.diffusion.ranks.MpiRanks;
import brume.diffusion.recipe.Version;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code brume doctor}: what this machine offers, what is used, and what is missing. */
@Command(
    name = "doctor",
    description = "Tells what Brume finds on this machine: JVM, cores, vectors, backends.")
final class DoctorCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    out.printf(Locale.ROOT, "brume      %s%n", Version.BRUME);
    out.printf(
        Locale.ROOT,
        "JVM        %s %s (%s)%n",
        System.getProperty("java.vm.name"),
        Runtime.version(),
        System.getProperty("java.home"));
    out.printf(
        Locale.ROOT,
        "flags      %s%n",
        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    out.printf(
        Locale.ROOT,
        "system     %s %s%n",
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    out.printf(Locale.ROOT, "cores      %d%n", runtime.availableProcessors());
    out.printf(Locale.ROOT, "heap       at most %,d MiB%n", runtime.maxMemory() >> 20);

    boolean usable = false;
    for (BackendProvider provider : Backends.providers()) {
      Optional<String> whyNot = provider.whyNot();
      usable |= provider.name().equals("cpu") && whyNot.isEmpty();
      if (whyNot.isPresent()) {
        out.printf(Locale.ROOT, "%-10s not available: %s%n", provider.name(), whyNot.get());
      } else {
        describe(provider.name(), out);
      }
      provider.findings().forEach(line -> out.printf(Locale.ROOT, "%-10s   %s%n", "", line));
    }
    out.printf(Locale.ROOT, "GPU        %s%n", gpu());
    out.printf(Locale.ROOT, "MPI        %s%n", MpiRanks.describe());
    out.flush();
    return usable ? 0 : 1;
  }

  private static void describe(String name, PrintWriter out) {
    try {
      Backend backend = Backends.named(name);
      out.printf(Locale.ROOT, "%-10s %s%n", name, backend.describe());
    } catch (RuntimeException broken) { // of whatever kind: the other lines matter still
      out.printf(Locale.ROOT, "%-10s failed: %s%n", name, broken.getMessage());
    }
  }

  private static String gpu() {
    boolean driver = Files.exists(Path.of("/proc/driver/nvidia/version"));
    boolean known =
        Backends.providers().stream().anyMatch(provider -> provider.name().equals("cuda"));
    if (known) {
      return "see cuda above";
    }
    return "not used: cuda-kernels is not on the class path; start Brume by ./brume, which puts it there"
        + (driver ? " (an NVIDIA driver is installed)" : " (and no NVIDIA driver is installed)");
  }
}
