package brume.diffusion.cli;

import brume.diffusion.settings.Guess;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Answers wrong options with one sentence and, for a slip of the pen, the nearest right one. */
final class WrongUsage implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    Telling.fail(
        Text.of("%s; see '%s --help'", sentence(wrong, command, name), name), 2, command.getErr());
    return 2;
  }

  private static String sentence(ParameterException wrong, CommandLine command, String name) {
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched.getUnmatched().get(0), command, name);
    }
    ArgSpec about = wrong.getArgSpec();
    if (wrong instanceof MissingParameterException missing) {
      return missing.getMissing().stream().anyMatch(ArgSpec::required)
          ? named(missing.getMissing().get(0)) + ": expected to be given, it is missing"
          : named(missing.getMissing().get(0)) + ": expected a value after it, got none";
    }
    if (wrong instanceof OverwrittenOptionException twice) {
      return named(twice.getOverwritten()) + ": expected once, got it twice";
    }
    if (about != null && wrong.getValue() != null) {
      return Text.of(
          "%s: expected %s, got '%s'",
          named(about), kind(about, wrong.getValue()), wrong.getValue());
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? String.valueOf(wrong.getMessage())
        : Text.of(
            "expected a command after '%s' (%s), got none", name, String.join(", ", commands));
  }

  private static String unmatched(String got, CommandLine command, String name) {
    if (got.startsWith("-")) {
      String option = got.contains("=") ? got.substring(0, got.indexOf('=')) : got;
      Stream<String> options =
          command.getCommandSpec().options().stream().flatMap(spec -> Arrays.stream(spec.names()));
      Optional<String> reason = command.getCommand() instanceof Prepared prepared
          ? prepared.options().otherKind(option)
          : Optional.empty();
      return reason
          .or(() -> ofAnother(option, command, name))
          .orElseGet(() -> Text.of(
              "%s: expected an option of '%s', got an unknown one%s",
              option, name, Guess.of(option, options.toList())));
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? Text.of("expected only options, got '%s'", got)
        : Text.of(
            "expected one of the commands %s, got '%s'%s",
            String.join(", ", commands), got, Guess.of(got, commands));
  }

  /** What to say of an option that only one other command has. */
  private static Optional<String> ofAnother(String option, CommandLine command, String name) {
    if (command.getParent() == null) {
      return Optional.empty();
    }
    String[] others = command.getParent().getSubcommands().values().stream()
        .filter(other -> other.getCommandSpec().findOption(option) != null)
        .map(other -> other.getCommandSpec().qualifiedName())
        .distinct()
        .toArray(String[]::new);
    return others.length == 1
        ? Optional.of(
            Text.of("%s: expected an option of '%s', got one of '%s'", option, name, others[0]))
        : Optional.empty();
  }

  private static String named(ArgSpec about) {
    return about instanceof OptionSpec option ? option.longestName() : about.paramLabel();
  }

  private static String kind(ArgSpec about, String got) {
    Class<?> type = about.type();
    if (List.class.isAssignableFrom(type)) {
      return "whole numbers with commas between them, such as 1,2,4";
    }
    if (type.isEnum()) {
      return "one of " + names(type);
    }
    boolean small = type == int.class || type == Integer.class;
    if (small || type == long.class || type == Long.class) {
      return got.matches("\\+?\\d+")
          ? Text.of("a whole number of at most %d", small ? Integer.MAX_VALUE : Long.MAX_VALUE)
          : "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    return "a value of kind " + type.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** The names of an enumeration as a user writes them. */
  static String names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
