package brume.bench.gpu;

import brume.bench.StepShape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs checks on a GPU, or any other device, and prints what they find as a list of Markdown. */
@Command(
    name = "GpuCheck",
    mixinStandardHelpOptions = true,
    description = "Checks a device; the exit status is 1 if anything is not as it should be.",
    sortOptions = false)
public final class GpuCheck implements Callable<Integer> {

  @Parameters(
      paramLabel = "CHECK",
      arity = "0..*",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private List<Kind> kinds = List.of();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cuda",
      description = "What is checked. Default: ${DEFAULT-VALUE}.")
  private String device = "";

  @Option(
      names = "--against",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "What its results are compared with. Default: ${DEFAULT-VALUE}.")
  private String against = "";

  @Option(
      names = "--bits",
      paramLabel = "FILE",
      description = "What kernels write on the emulator, by 'brume ptx save'; else it runs beside.")
  private Optional<Path> bits = Optional.empty();

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      split = ",",
      defaultValue = "16x32x3x64x1-2-4-8",
      description = "Networks: batch, size, channels, dim, multiples. Default: ${DEFAULT-VALUE}.")
  private List<String> shapes = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "20",
      description = "Steps that are done twice and compared. Default: ${DEFAULT-VALUE}.")
  private int repeats;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Steps of the long training. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--settled",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps after which its memory must not grow. Default: ${DEFAULT-VALUE}.")
  private int settled;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  private enum Kind {
    DEVICE,
    KERNELS,
    OPERATIONS,
    NETWORK,
    DETERMINISM,
    ENDURANCE,
    CAPTURE
  }

  private GpuCheck() {}

  /**
   * Runs the checks.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs the checks.
   *
   * @param args see {@code --help}
   * @return 0 if all is as it should be, 1 if not, 2 for wrong usage
   */
  public static int run(String... args) {
    return new CommandLine(new GpuCheck())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  @Override
  public Integer call() {
    if (bits.isPresent() && !kinds.isEmpty() && !kinds.contains(Kind.KERNELS)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--bits: expected the check kernels beside it, got " + kinds);
    }
    Verdicts verdicts = new Verdicts(System.out);
    verdicts.attempt(device, () -> {
      Backend backend = Backends.named(device);
      for (Kind kind : kinds.isEmpty() ? List.of(Kind.values()) : kinds) {
        for (String shape : kind.compareTo(Kind.KERNELS) <= 0 ? List.of("") : shapes) {
          String name = Text.of("%s %s", kind.name().toLowerCase(Locale.ROOT), shape);
          verdicts.attempt(name, () -> check(kind, shape).run(backend, verdicts));
        }
      }
    });
    return verdicts.failed() == 0 ? 0 : 1;
  }

  private Check check(Kind kind, String shape) {
    return switch (kind) {
      case DEVICE -> (backend, verdicts) -> verdicts.judge(true, "device", backend.describe());
      case KERNELS -> new KernelCheck(bits);
      case OPERATIONS ->
        new ParityCheck(
            UNetOperations.of(StepShape.of(shape), Backends.named(against)),
            Backends.named(against),
            Backends.reference());
      case NETWORK -> new NetworkCheck(shape, Backends.named(against));
      case DETERMINISM -> new DeterminismCheck(shape, repeats);
      case ENDURANCE -> new EnduranceCheck(shape, steps, settled);
      case CAPTURE -> new CaptureCheck(shape, repeats);
    };
  }
}
