package brume.diffusion.cli;

import brume.diffusion.settings.Guess;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Classes as people name them. */
final class Classes {

  private static final int SHOWN = 20; // names in a message

  private Classes() {}

  /**
   * The classes that are named, or all of them.
   *
   * @param words numbers, names or parts of names with commas between them; null if none are named
   * @param known names of all classes of the run, in order; empty if it was told none
   */
  static List<Integer> named(@Nullable String words, List<String> known) {
    if (words == null) {
      return IntStream.range(0, known.size()).boxed().toList();
    }
    UsageException.unless(
        !known.isEmpty(),
        "--class: expected a run that was told classes, got one of data without, or without --condition"
            + " labels");
    List<Integer> chosen = new ArrayList<>();
    for (String word : words.split(",", -1)) {
      chosen.add(one(word.strip(), known));
    }
    return chosen;
  }

  /**
   * A whole name counts more than a number, and a number more than a part of a name; of names that are
   * numbers, whole ones alone count.
   */
  private static int one(String word, List<String> known) {
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).equalsIgnoreCase(word)) {
        return i;
      }
    }
    boolean numbered =
        known.stream().allMatch(name -> name.matches("\\d+")); // 1 of 2, 5, 9 is none
    if (!numbered && word.matches("\\d{1,9}")) {
      int number = Integer.parseInt(word);
      UsageException.unless(
          number < known.size(),
          Text.of(
              "--class: expected a number from 0 to %d or a name, got %s", known.size() - 1, word));
      return number;
    }
    String part = word.toLowerCase(Locale.ROOT);
    List<Integer> holding = IntStream.range(0, known.size())
        .filter(i -> !numbered
            && !part.isEmpty()
            && known.get(i).toLowerCase(Locale.ROOT).contains(part))
        .boxed()
        .toList();
    if (holding.size() == 1) {
      return holding.get(0);
    }
    String all = known.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (known.size() > SHOWN ? ", ..." : "");
    throw new UsageException(
        holding.isEmpty()
            ? Text.of(
                "--class: expected one of %s%s, got '%s'%s",
                all, numbered ? "" : ", or its number", word, numbered ? "" : Guess.of(word, known))
            : Text.of(
                "--class: expected one class, got '%s', which stands for %s",
                word, holding.stream().map(known::get).collect(Collectors.joining(" and "))));
  }
}
