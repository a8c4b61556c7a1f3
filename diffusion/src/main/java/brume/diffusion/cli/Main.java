package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code brume} command. */
@Command(
    name = "brume",
    description = "Trains and samples diffusion models in pure Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TrainCommand.class, SampleCommand.class, BenchCommand.class, DoctorCommand.class
    })
public final class Main implements Callable<Integer> {

  @Option(names = "--debug", description = "Show stack traces.", scope = ScopeType.INHERIT)
  private boolean debug;

  Main() {}

  /**
   * Runs a command and ends the process: with 0, with 1 if the work failed, with 2 for wrong usage.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    // Before the first logger is made. Warnings of libraries look like ours: one line, no clutter.
    System.setProperty("org.slf4j.simpleLogger.showThreadName", "false");
    System.setProperty("org.slf4j.simpleLogger.showLogName", "false");
    System.setProperty("org.slf4j.simpleLogger.levelInBrackets", "false");
    System.exit(run(args));
  }

  /**
   * Runs a command.
   *
   * @param args the command and its options
   * @return the exit status
   */
  static int run(String... args) {
    Main main = new Main();
    CommandLine commandLine = new CommandLine(main);
    CommandLine train = requireNonNull(commandLine.getSubcommands().get("train"));
    ConfigOptions.addTo(train.getCommandSpec(), Presets.fashionMnist());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(100);
    commandLine.setParameterExceptionHandler(new WrongUsage());
    commandLine.setExecutionExceptionHandler((failure, command, result) -> {
      if (main.debug) {
        failure.printStackTrace(command.getErr());
      } else {
        command.getErr().println("brume: " + Sentence.of(failure));
      }
      return failure instanceof UsageException ? 2 : 1;
    });
    return commandLine.execute(args);
  }

  @Override
  public Integer call() {
    CommandLine.usage(this, System.out);
    return 0;
  }
}
