package brume.diffusion.cli;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where to compute, and with what of it. */
final class DeviceOptions {

  private static final String AUTO = "auto";
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final List<String> CUDA_LEVELS = List.of("driver", "cublas", "cudnn");
  private static final List<String> CUDA_MATH = List.of("exact", "tf32");

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = AUTO,
      description = "Where to compute: auto (a GPU if one works, else the CPU), cpu, cuda, cuda:1,"
          + " reference (slow, double precision) or emulator (a GPU's kernels on the CPU, very slow)."
          + " Default: ${DEFAULT-VALUE}.")
  private String device = AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads; 0 for one per core. Results do not depend on it. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--cuda-level",
      paramLabel = "LEVEL",
      description = "What a GPU may use at most: driver (own kernels only), cublas, or cudnn too;"
          + " what is not installed is left out. Default: cudnn, or driver on the emulator.")
  private String cudaLevel = "";

  @Option(
      names = "--cuda-math",
      paramLabel = "HOW",
      description =
          "How cuBLAS and cuDNN multiply: exact (single precision) or tf32 (factors rounded to"
              + " 10 bits: faster, off by about 1e-3). Default: exact.")
  private String cudaMath = "";

  /** Opens the backend. */
  Backend open() {
    UsageException.unless(
        threads >= 0, "--threads: expected 0 (one per core) or more, got " + threads);
    UsageException.unless(
        cudaLevel.isEmpty() || CUDA_LEVELS.contains(cudaLevel),
        "--cuda-level: expected one of driver, cublas, cudnn, got " + cudaLevel);
    UsageException.unless(
        cudaMath.isEmpty() || CUDA_MATH.contains(cudaMath),
        "--cuda-math: expected one of exact, tf32, got " + cudaMath);
    if (threads > 0) {
      System.setProperty("brume.threads", Integer.toString(threads));
    }
    if (!cudaLevel.isEmpty()) {
      System.setProperty("brume.cuda.level", cudaLevel);
    }
    if (!cudaMath.isEmpty()) {
      System.setProperty("brume.cuda.math", cudaMath);
    }
    if (device.equals(AUTO)) {
      return Backends.providers().stream()
          .filter(provider -> provider.name().equals("cuda"))
          .findFirst()
          .flatMap(
              cuda -> ifItWorks(cuda, () -> Backends.named("cuda"), DRIVER, System.err::println))
          .orElseGet(Backends::cpu);
    }
    try {
      return Backends.named(device);
    } catch (IllegalArgumentException unknown) {
      throw new UsageException("--device: expected one of %s, got %s"
          .formatted(
              choices(Backends.providers().stream().map(BackendProvider::name).toList()), device));
    }
  }

  /** What may follow {@code --device}, given the names of backends. */
  static String choices(List<String> backends) {
    return Stream.concat(Stream.of(AUTO), backends.stream())
        .map(name -> name.equals("cuda") ? "cuda (or cuda:1 and so on for another GPU)" : name)
        .collect(Collectors.joining(", "));
  }

  /** Threads that the CPU backend uses. */
  int threads() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /**
   * The GPU, if it works.
   *
   * @param cuda what would open it
   * @param open opens it
   * @param driver exists where an NVIDIA driver is installed, whose GPU is expected to work
   * @param say gets a sentence on what is taken, and why not the GPU if one was expected to work
   * @return empty if it cannot be opened
   */
  static Optional<Backend> ifItWorks(
      BackendProvider cuda, Supplier<Backend> open, Path driver, Consumer<String> say) {
    Optional<String> whyNot = cuda.whyNot();
    if (whyNot.isPresent()) {
      if (Files.exists(driver)) {
        say.accept("--device auto takes the CPU; the GPU cannot be used: " + whyNot.get());
      }
      return Optional.empty();
    }
    try {
      Backend gpu = open.get();
      say.accept("--device auto takes the GPU; --device cpu would compute without it");
      return Optional.of(gpu);
    } catch (RuntimeException broken) { // of whatever kind: the CPU still works
      say.accept("--device auto takes the CPU; the GPU failed: " + broken.getMessage());
      return Optional.empty();
    }
  }
}
