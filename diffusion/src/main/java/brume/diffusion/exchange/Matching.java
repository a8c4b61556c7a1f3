package brume.diffusion.exchange;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which parameters of a network were found in files.
 *
 * @param found how many were, and have their numbers now
 * @param missing names of parameters that no file has
 * @param misshapen parameters of another shape than in the files, each with both
 * @param unexpected names in the files that no parameter has
 */
public record Matching(
    int found, List<String> missing, List<String> misshapen, List<String> unexpected) {

  private static final int NAMED = 3;
  private static final int SHOWN = 200; // characters of a name

  /** Copies the lists. {@inheritDoc} */
  public Matching {
    missing = List.copyOf(missing);
    misshapen = List.copyOf(misshapen);
    unexpected = List.copyOf(unexpected);
  }

  /**
   * Whether every parameter has its numbers.
   *
   * @return true if none is missing or of another shape
   */
  public boolean isComplete() {
    return missing.isEmpty() && misshapen.isEmpty();
  }

  /**
   * What did not match.
   *
   * @return a line for each kind, with a count and three names; none if all did
   */
  public List<String> table() {
    List<String> lines = new ArrayList<>();
    add(lines, "missing", missing);
    add(lines, "of another shape", misshapen);
    add(lines, "unexpected", unexpected);
    return lines;
  }

  private static void add(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      String more = names.size() > NAMED ? ", ..." : "";
      lines.add(Text.of(
          "%d %s: %s%s",
          names.size(),
          what,
          names.stream()
              .limit(NAMED)
              .map(name -> Text.shown(name, SHOWN))
              .collect(Collectors.joining(", ")),
          more));
    }
  }
}
