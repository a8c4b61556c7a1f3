package brume.diffusion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.Reporter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code brume} command. */
@Command(
    name = "brume",
    description = "Trains and samples diffusion models in pure Java.",
    versionProvider = VersionLine.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      SampleCommand.class,
      InpaintCommand.class,
      EnlargeCommand.class,
      InterpolateCommand.class,
      LikelihoodCommand.class,
      EvalCommand.class,
      ExportCommand.class,
      ListCommand.class,
      BenchCommand.class,
      PtxCommand.class,
      WatchCommand.class,
      ShowCommand.class,
      CompareCommand.class,
      DoctorCommand.class
    })
public final class Main implements Callable<Integer> {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.",
      scope = ScopeType.INHERIT)
  @SuppressWarnings("unused") // picocli asks for it
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  @SuppressWarnings("unused") // picocli asks for it
  private boolean version;

  @Option(
      names = "--debug",
      description = "Show stack traces of failures.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  @Spec
  private CommandSpec spec;

  Main() {}

  /**
   * Runs a command and ends the process: with 0, with 1 if the work failed, with 2 for wrong usage, and
   * with 130 if Ctrl-C stopped it.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    // Before the first logger is made: what the library logs is told as all the rest is.
    System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, ToldLogs.class.getName());
    System.setProperty(Reporter.SLF4J_INTERNAL_VERBOSITY_KEY, "WARN"); // or it tells of the choice
    Locale.setDefault(Locale.ROOT); // for the sentences of libraries; ours need no such thing
    OwnJvm.endWithStarter();
    System.exit(run(args));
  }

  /**
   * Runs a command.
   *
   * @param args the command and its options
   * @return the exit status
   */
  public static int run(String... args) {
    Main main = new Main();
    main.debug =
        List.of(args).contains("--debug"); // what fails before words are parsed is shown, too
    CommandLine commandLine = new CommandLine(main);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(100);
    commandLine.setParameterExceptionHandler(new WrongUsage());
    commandLine.setExecutionExceptionHandler((failure, command, result) ->
        main.tell(failure, command.getErr(), failure instanceof UsageException ? 2 : 1));
    boolean asked = args.length > 0 && args[0].equals("help");
    String[] words = asked ? asOption(args) : args;
    try {
      Words all = new Words(words);
      Telling.begin(all);
      all.refuseEmpty();
      prepare(commandLine, all);
      int status = commandLine.execute(words);
      if (status == 0) {
        Telling.end("finished");
      }
      return status;
    } catch (UsageException refused) {
      return main.tell(refused, commandLine.getErr(), 2);
    } catch (IOException | OutOfMemoryError full) {
      return main.tell(full, commandLine.getErr(), 1);
    }
  }

  /** Gives commands the options of the kinds that the words choose. */
  private static void prepare(CommandLine commandLine, Words words) throws IOException {
    String called =
        words.words().stream().filter(word -> !word.startsWith("-")).findFirst().orElse("");
    for (Map.Entry<String, CommandLine> command : commandLine.getSubcommands().entrySet()) {
      if (command.getValue().getCommand() instanceof Prepared prepared) {
        prepared.prepare(command.getKey().equals(called) ? words : new Words());
      }
    }
  }

  /** {@code help train} as {@code train --help}. */
  private static String[] asOption(String... help) {
    String[] words = Arrays.copyOfRange(help, 1, help.length + 1);
    words[help.length - 1] = "--help";
    return words;
  }

  private int tell(Throwable failure, PrintWriter err, int status) {
    if (debug) {
      failure.printStackTrace(err);
    }
    Telling.fail(Sentence.of(failure), status, err);
    return status;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
