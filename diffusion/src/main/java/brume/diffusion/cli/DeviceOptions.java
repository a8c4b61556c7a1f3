package brume.diffusion.cli;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where to compute, and with what of it. */
final class DeviceOptions {

  private static final String AUTO = "auto";
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final String THREADS = "threads"; // options of backends
  private static final String CUDA_LEVEL = "cuda.level";
  private static final String CUDA_MATH = "cuda.math";
  private static final String CUDA_RECORDING = "cuda.recording";

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

  @Option(
      names = "--cuda-recording",
      paramLabel = "HOW",
      description =
          "Whether networks that are asked again and again are recorded and repeated at once: on or"
              + " off. Results are the same; off needs less memory and more time. Default: on.")
  private String cudaRecording = "";

  private OptionalInt gpu = OptionalInt.empty();

  /** Takes one of several GPUs of the machine, unless the command names one. */
  void takeGpu(int number) {
    gpu = OptionalInt.of(number);
  }

  private String cuda() {
    return gpu.isPresent() ? "cuda:" + gpu.getAsInt() : "cuda";
  }

  /** Opens the backend. */
  Backend open() {
    UsageException.unless(
        threads >= 0, "--threads: expected 0 (one per core) or more, got " + threads);
    List<BackendProvider> providers = Backends.providers();
    Map<String, String> asked = asked();
    asked.forEach((option, value) -> check(option, value, providers));
    if (device.equals(AUTO)) {
      return named(providers, "cuda")
          .flatMap(cuda -> ifItWorks(cuda, () -> open(cuda, cuda(), asked), DRIVER, Telling::say))
          .or(() -> named(providers, "cpu").map(cpu -> open(cpu, "cpu", asked)))
          .orElseGet(Backends::cpu);
    }
    BackendProvider provider =
        named(providers, device.replaceFirst(":.*", "")).orElseThrow(() -> unknown(providers));
    for (String option : asked.keySet()) {
      if (!knows(provider, option)) {
        List<String> others = providers.stream()
            .filter(other -> knows(other, option))
            .map(BackendProvider::name)
            .toList();
        throw new UsageException(Text.of(
            "%s: expected only with --device auto, %s, got --device %s",
            flag(option), String.join(", ", others), device));
      }
    }
    try {
      return open(provider, device.equals("cuda") ? cuda() : device, asked);
    } catch (IllegalArgumentException wrong) { // no number behind the colon, or a property
      String message = String.valueOf(wrong.getMessage());
      throw message.startsWith("device:") ? unknown(providers) : new UsageException(message);
    }
  }

  /** What was chosen, by the names of options of backends. */
  private Map<String, String> asked() {
    Map<String, String> asked = new TreeMap<>();
    if (threads > 0) {
      asked.put(THREADS, Integer.toString(threads));
    }
    if (!cudaLevel.isEmpty()) {
      asked.put(CUDA_LEVEL, cudaLevel);
    }
    if (!cudaMath.isEmpty()) {
      asked.put(CUDA_MATH, cudaMath);
    }
    if (!cudaRecording.isEmpty()) {
      asked.put(CUDA_RECORDING, cudaRecording);
    }
    return asked;
  }

  /** With {@code --device auto}, what the device that was taken does not know means nothing. */
  private static Backend open(BackendProvider provider, String name, Map<String, String> asked) {
    return Backends.named(name, new BackendOptions(asked).limitedTo(provider.options()));
  }

  private static void check(String name, String value, List<BackendProvider> providers) {
    BackendOption option = providers.stream()
        .flatMap(provider -> provider.options().stream())
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException(Text.of(
            "%s: expected only where a backend on the class path has such a choice, got %s",
            flag(name), value)));
    try {
      option.check(flag(name), value);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }

  private static boolean knows(BackendProvider provider, String option) {
    return provider.options().stream().anyMatch(each -> each.name().equals(option));
  }

  private static Optional<BackendProvider> named(List<BackendProvider> providers, String name) {
    return providers.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static String flag(String option) {
    return "--" + option.replace('.', '-');
  }

  private UsageException unknown(List<BackendProvider> providers) {
    return new UsageException(Text.of(
        "--device: expected one of %s, got %s",
        choices(providers.stream().map(BackendProvider::name).toList()), device));
  }

  /** What may follow {@code --device}, given the names of backends. */
  static String choices(List<String> backends) {
    return Stream.concat(Stream.of(AUTO), backends.stream())
        .map(name -> name.equals("cuda") ? "cuda (or cuda:1 and so on for another GPU)" : name)
        .collect(Collectors.joining(", "));
  }

  /** Whether the command asks that nothing be recorded. */
  boolean recordsNothing() {
    return cudaRecording.equals("off");
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
