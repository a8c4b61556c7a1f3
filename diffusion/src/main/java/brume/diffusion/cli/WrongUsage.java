package brume.diffusion.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
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

  private static final int SLIPS = 3; // letters that may be wrong for a guess to be offered

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().printf("brume: %s; see '%s --help'%n", sentence(wrong, command, name), name);
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
      return "%s: expected %s, got '%s'"
          .formatted(named(about), kind(about, wrong.getValue()), wrong.getValue());
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? String.valueOf(wrong.getMessage())
        : "expected a command after '%s' (%s), got none"
            .formatted(name, String.join(", ", commands));
  }

  private static String unmatched(String got, CommandLine command, String name) {
    if (got.startsWith("-")) {
      String option = got.contains("=") ? got.substring(0, got.indexOf('=')) : got;
      Stream<String> options =
          command.getCommandSpec().options().stream().flatMap(spec -> Arrays.stream(spec.names()));
      return "%s: expected an option of '%s', got an unknown one%s"
          .formatted(option, name, guess(option, options.toList()));
    }
    Collection<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "expected only options, got '%s'".formatted(got)
        : "expected one of the commands %s, got '%s'%s"
            .formatted(String.join(", ", commands), got, guess(got, commands));
  }

  /** A question to ask about a word that is close to one of the names, or nothing. */
  static String guess(String got, Collection<String> names) {
    Optional<String> nearest =
        names.stream().min(Comparator.comparingInt(name -> distance(got, name)));
    return nearest
        .filter(name -> distance(got, name) <= SLIPS)
        .map(name -> "; did you mean %s".formatted(name))
        .orElse("");
  }

  /** Letters to insert, delete or replace to come from one word to the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
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
    String range = ConfigOptions.range(named(about)).map(", "::concat).orElse("");
    boolean small = type == int.class || type == Integer.class;
    if (small || type == long.class || type == Long.class) {
      return got.matches("\\+?\\d+")
          ? "a whole number of at most %d".formatted(small ? Integer.MAX_VALUE : Long.MAX_VALUE)
          : "a whole number" + range;
    }
    if (type == double.class || type == Double.class) {
      return "a number" + range;
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
