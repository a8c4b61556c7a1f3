package brume.bench;

import brume.diffusion.ranks.OrderedSum;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What it costs many processes to add up gradients, counted message by message: as {@link
 * brume.diffusion.ranks.OrderedSum} does it, each with each, and as a chain of machines would do it, which is
 * a plan for a thousand processes. Both add the parts of a step in their order.
 *
 * <p>A machine sends one message after the other, each of which takes a time of its own and that of its bytes.
 * Messages within a machine cost nothing here. Run by {@code bench/jmh.sh --exchange}.
 */
public final class ExchangeCost {

  static final int LINK =
      1 << 16; // numbers that go along a chain together: few, as all wait for the first
  private static final double PER_MESSAGE = 20e-6; // seconds, of TCP in a data center
  private static final double GBIT = 1e9 / 8; // bytes per second

  private ExchangeCost() {}

  /**
   * Machines of one kind, all connected.
   *
   * @param count how many
   * @param ranks on each
   * @param bytesPerSecond that one can send
   * @param perMessage seconds besides the time of the bytes
   */
  record Machines(int count, int ranks, double bytesPerSecond, double perMessage) {

    int size() {
      return count * ranks;
    }

    double seconds(long bytes) {
      return perMessage + bytes / bytesPerSecond;
    }
  }

  /**
   * What one step costs.
   *
   * @param ofRank bytes that a rank sends to others
   * @param ofMachine bytes that a machine sends to others
   * @param seconds until all have the sums, if all parts of the last round are there at its beginning
   */
  record Cost(long ofRank, long ofMachine, double seconds) {}

  /** A stretch of the gradients. */
  private record Bucket(long numbers, long pieces) {}

  /** Cuts gradients into stretches, of which each tells the pieces that are in it, whole or not. */
  private static List<Bucket> buckets(int of, long... lengths) {
    long all = 0;
    for (long length : lengths) {
      all += length;
    }
    List<Bucket> buckets = new ArrayList<>();
    for (long from = 0; from < all; from += of) {
      long to = Math.min(all, from + of), start = 0, pieces = 0;
      for (long length : lengths) {
        boolean within = start < to && start + length > from;
        boolean emptyWithin = length == 0 && start > from && start < to;
        pieces += within || emptyWithin ? 1 : 0;
        start += length;
      }
      buckets.add(new Bucket(to - from, pieces));
    }
    return buckets;
  }

  private static int rounds(Machines on, int parts) {
    return (parts + on.size() - 1) / on.size();
  }

  /**
   * Each rank sends each other its slice of all buckets in every round, and in the end its sums.
   *
   * @param on whom
   * @param parts of a step
   * @param lengths numbers of each piece
   * @return what it costs
   */
  static Cost eachWithEach(Machines on, int parts, long... lengths) {
    long size = on.size(), others = size - on.ranks(); // on other machines
    long ofRank = 0, ofMachine = 0;
    double last = 0;
    for (Bucket bucket : buckets(OrderedSum.bucket(on.size()), lengths)) {
      long width = (bucket.numbers() + size - 1) / size;
      long slice = Float.BYTES * (bucket.pieces() + width), sums = Float.BYTES * width;
      long each = rounds(on, parts) * slice + sums;
      ofRank += (size - 1) * each;
      ofMachine += on.ranks() * others * each;
      last += on.ranks() * others * (on.seconds(slice) + on.seconds(sums));
    }
    return new Cost(ofRank, ofMachine, last);
  }

  /**
   * Machine after machine adds the parts of its ranks to the sums that it gets from the one before, a stretch
   * after the other, and hands them on. When the last has all sums of the last round, it hands them round the
   * others. Within a machine each rank owns a slice, as today.
   *
   * @param on whom
   * @param parts of a step
   * @param lengths numbers of each piece
   * @return what it costs; of machines the one that sends most
   */
  static Cost chain(Machines on, int parts, long... lengths) {
    int rounds = rounds(on, parts);
    List<Bucket> buckets = buckets(LINK, lengths);
    long bytes = 0, within = 0, others = on.ranks() - 1L;
    for (Bucket bucket : buckets) {
      long width = (bucket.numbers() + on.ranks() - 1) / on.ranks();
      bytes += Float.BYTES * (bucket.pieces() + bucket.numbers());
      within += Float.BYTES * others * (rounds * (bucket.pieces() + width) + width);
    }
    int hops = on.count() - 1;
    int passes = rounds + (hops > 1 ? 1 : 0); // of two, the first hands on no sums
    long across = hops == 0 ? 0 : passes * bytes;
    return new Cost(within + across / on.ranks(), across, 2 * alongChain(on, buckets, hops));
  }

  /** Seconds until the last bucket has come to the end of a chain in which each sends one at a time. */
  private static double alongChain(Machines on, List<Bucket> buckets, int hops) {
    double[] free = new double[hops]; // when a machine has sent what it had
    for (Bucket bucket : buckets) {
      double there = 0;
      for (int hop = 0; hop < hops; hop++) {
        free[hop] = Math.max(there, free[hop])
            + on.seconds(Float.BYTES * (bucket.pieces() + bucket.numbers()));
        there = free[hop];
      }
    }
    return hops == 0 ? 0 : free[hops - 1];
  }

  // ---- Tables
  // -------------------------------------------------------------------------------------

  /** Models by their parameters. */
  private enum Model {
    CLOTHES("U-Net of dim 32, 1-2-4", 2_602_497),
    SMALL("U-Net of dim 64, 1-2-4-8", 35_710_339),
    LARGE("Stable Diffusion 1", 860_000_000);

    final String words;
    final long parameters;

    Model(String words, long parameters) {
      this.words = words;
      this.parameters = parameters;
    }
  }

  /**
   * Seconds a step for models, links and numbers of processes.
   *
   * @return Markdown
   */
  static String table() {
    StringJoiner lines = new StringJoiner("\n");
    lines.add(
        "| model | gradients, MB | machines x ranks | exchange | a machine sends, MB | 1 Gbit/s | 10 Gbit/s | 100 Gbit/s |");
    lines.add("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
    for (Model model : Model.values()) {
      for (int[] machines : new int[][] {{2, 1}, {8, 1}, {128, 8}}) {
        lines.add(row(model, machines[0], machines[1], false));
        if (machines[0] > 2) {
          lines.add(row(model, machines[0], machines[1], true));
        }
      }
    }
    return lines.toString();
  }

  private static String row(Model model, int count, int ranks, boolean chain) {
    StringJoiner cells = new StringJoiner(" | ", "| ", " |");
    cells.add(model.words);
    cells.add(Text.of("%.0f", 4e-6 * model.parameters));
    cells.add(count + " x " + ranks);
    cells.add(chain ? "chain" : "each with each");
    cells.add(Text.of("%.0f", 1e-6 * cost(model, count, ranks, chain, 1).ofMachine()));
    for (int gbit : new int[] {1, 10, 100}) {
      double seconds = cost(model, count, ranks, chain, gbit).seconds();
      cells.add(Text.of(seconds < 10 ? "%.2g s" : "%.0f s", seconds));
    }
    return cells.toString();
  }

  private static Cost cost(Model model, int count, int ranks, boolean chain, int gbit) {
    Machines on = new Machines(count, ranks, gbit * GBIT, PER_MESSAGE);
    return chain
        ? chain(on, on.size(), model.parameters)
        : eachWithEach(on, on.size(), model.parameters);
  }

  /**
   * Prints the table.
   *
   * @param args none
   */
  public static void main(String... args) {
    System.out.println(table());
  }
}
