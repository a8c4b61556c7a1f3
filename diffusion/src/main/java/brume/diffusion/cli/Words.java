package brume.diffusion.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The words of a command line before they are parsed: which options there are depends on some of them.
 *
 * @param words as the shell gave them
 */
record Words(List<String> words) {

  private static final List<String> PLACES = List.of(
      "--run",
      "--resume",
      "--config",
      "--data",
      "--preset",
      "--out",
      "--from",
      "--train-from",
      "--lora-from",
      "--token-from",
      "--steps-out");

  Words(String... words) {
    this(List.copyOf(Arrays.asList(words)));
  }

  /** What follows an option, if it is there and something does. */
  Optional<String> valueOf(String option) {
    for (int i = words.size() - 1; i >= 0; i--) {
      String word = words.get(i);
      if (word.startsWith(option + "=")) {
        return Optional.of(word.substring(option.length() + 1));
      }
      if (word.equals(option) && i + 1 < words.size() && !words.get(i + 1).startsWith("--")) {
        return Optional.of(words.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /** Whether a flag is given, as a word of its own or with its value. */
  boolean has(String flag) {
    return words.contains(flag) || words.contains(flag + "=true");
  }

  /** Refuses an empty place or name, which would mean the folder one is in. */
  void refuseEmpty() {
    for (String option : PLACES) {
      boolean empty = words.contains(option + "=");
      for (int i = 0; i + 1 < words.size(); i++) {
        empty |= words.get(i).equals(option) && words.get(i + 1).isBlank();
      }
      UsageException.unless(!empty, option + ": expected a name, got an empty text");
    }
  }
}
