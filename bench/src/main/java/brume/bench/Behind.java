package brume.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Which peers are too slow at a piece of work to be measured there again. */
public final class Behind {

  private Behind() {}

  /**
   * Prints a line for each such peer and piece of work, as {@code JAX;training dim 32 batch 8}.
   *
   * @param args the file, as {@code bench/compare.sh} writes it; and the part of the best peer's images per
   *     second below which one is too slow
   * @throws IOException if the file cannot be read
   */
  public static void main(String[] args) throws IOException {
    behind(Line.allOrEnd(args[0]), Double.parseDouble(args[1])).forEach(System.out::println);
  }

  static List<String> behind(List<Line> lines, double part) {
    List<String> peers = Comparison.peers(lines);
    List<String> behind = new ArrayList<>();
    StepContests.rates(lines)
        .forEach((task, contest) ->
            contest.behind(peers, part).forEach(peer -> behind.add(peer + ";" + task)));
    return behind;
  }
}
