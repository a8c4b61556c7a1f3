package brume.bench;

import java.util.List;
import java.util.TreeMap;

/**
 * The roofline as measured: what arithmetic and memory allow a benchmark to reach. With few threads it
 * is so many times that of one core, but no more than that of all.
 */
final class Ceilings {

  private static final int KIB = 1 << 10;

  private final double oneCore; // GFLOP per second
  private final double allCores;
  private final TreeMap<Long, Double> memoryOneCore = new TreeMap<>(); // bytes to GB per second
  private final TreeMap<Long, Double> memoryAllCores = new TreeMap<>();

  /** What a figure is compared with: where it is limited, and how much of the limit it reaches. */
  record Share(String limit, double percent) {}

  /** Reads the figures of {@link Roofline} among others. */
  Ceilings(List<Figure> figures) {
    double one = 0, all = 0;
    for (Figure figure : figures) {
      String name = figure.benchmark();
      if (name.matches("Roofline.fma(256)?OneCore")) {
        one = Math.max(one, figure.gflopPerS());
      } else if (name.matches("Roofline.fma(256)?AllCores")) {
        all = Math.max(all, figure.gflopPerS());
      } else if (name.matches("Roofline.(copy|triad)OneCore")) {
        memoryOneCore.merge(bytes(figure, 1), figure.gbytePerS(), Math::max);
      } else if (name.matches("Roofline.(copy|triad)AllCores")) {
        memoryAllCores.merge(bytes(figure, figure.threads()), figure.gbytePerS(), Math::max);
      }
    }
    oneCore = one;
    allCores = all;
  }

  private static long bytes(Figure figure, int threads) {
    return Long.parseLong(figure.shape()) * KIB * threads;
  }

  /** Whether arithmetic was measured, without which there is nothing to compare with. */
  boolean known() {
    return oneCore > 0 && allCores > 0;
  }

  /** GFLOP per second of so many threads. */
  double arithmetic(int threads) {
    return Math.min(threads * oneCore, allCores);
  }

  /**
   * GB per second of so many threads on tensors of so many bytes, which they share: measured on the
   * smallest arrays that are no smaller, or else the largest.
   */
  double memory(int threads, double bytes) {
    double one = at(memoryOneCore, bytes / threads), all = at(memoryAllCores, bytes);
    return threads == 1 ? one : Math.min(threads * one, all);
  }

  private static double at(TreeMap<Long, Double> measured, double bytes) {
    if (measured.isEmpty()) {
      return 0;
    }
    var fitting = measured.ceilingEntry((long) bytes);
    return (fitting == null ? measured.lastEntry() : fitting).getValue();
  }

  /** Compares a figure with min(arithmetic, intensity * memory). */
  Share share(Figure figure) {
    double arithmetic = arithmetic(figure.threads());
    double memory = memory(figure.threads(), 1e9 * figure.gbytePerS() / figure.opsPerS());
    double ofArithmetic = arithmetic > 0 ? figure.gflopPerS() / arithmetic : 0;
    double ofMemory = memory > 0 ? figure.gbytePerS() / memory : 0;
    return ofArithmetic >= ofMemory
        ? new Share("arithmetic", 100 * ofArithmetic)
        : new Share("memory", 100 * ofMemory);
  }
}
