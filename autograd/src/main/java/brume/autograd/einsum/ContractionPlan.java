package brume.autograd.einsum;

import java.util.ArrayList;
import java.util.List;

/**
 * In which order the factors of a contraction are multiplied, two at a time. Each product sums at once
 * over all labels that nobody needs anymore; its cost is the number of multiplications.
 *
 * @param pairs inputs are numbered from 0, results go on from there
 */
record ContractionPlan(List<Pair> pairs) {

  /** Up to here every order is looked at: 3⁸ = 6561 ways to cut a set of factors in two. */
  private static final int FEW = 8;

  /** Two factors to be multiplied. */
  record Pair(int left, int right) {}

  /**
   * Finds an order: the cheapest for few factors; else one product after the other, always the one
   * whose result is smallest compared with its factors.
   *
   * @param inputs labels of the factors
   * @param output labels of the result
   * @param sizes of the labels
   * @return the order
   */
  static ContractionPlan of(List<String> inputs, String output, LabelSizes sizes) {
    return inputs.size() <= FEW
        ? new Exact(inputs, output, sizes).plan()
        : greedy(inputs, output, sizes);
  }

  private static ContractionPlan greedy(List<String> inputs, String output, LabelSizes sizes) {
    List<Pair> pairs = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<String> live = new ArrayList<>(inputs);
    for (int i = 0; i < inputs.size(); i++) {
      numbers.add(i);
    }
    while (live.size() > 1) {
      int left = 0, right = 1;
      double smallest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < live.size(); i++) {
        for (int j = i + 1; j < live.size(); j++) {
          double growth = sizes.volume(product(live, i, j, output))
              - sizes.volume(live.get(i))
              - sizes.volume(live.get(j));
          if (growth < smallest) {
            smallest = growth;
            left = i;
            right = j;
          }
        }
      }
      pairs.add(new Pair(numbers.get(left), numbers.get(right)));
      live.add(product(live, left, right, output));
      numbers.add(inputs.size() + pairs.size() - 1);
      for (int spent : new int[] {right, left}) {
        live.remove(spent);
        numbers.remove(spent);
      }
    }
    return new ContractionPlan(pairs);
  }

  /** Labels of the product of two factors, summed over all that neither others nor the output need. */
  private static String product(List<String> live, int i, int j, String output) {
    StringBuilder needed = new StringBuilder(output);
    for (int other = 0; other < live.size(); other++) {
      needed.append(other == i || other == j ? "" : live.get(other));
    }
    return Labels.common(Labels.union(live.get(i), live.get(j)), needed.toString());
  }

  /** The best order of every subset of the factors, from small subsets to large ones. */
  private static final class Exact {

    private final int count;
    private final String[] labels; // of the product of each subset
    private final double[] cost;
    private final int[] half; // the left factor of its last product
    private final List<Pair> pairs = new ArrayList<>();

    Exact(List<String> inputs, String output, LabelSizes sizes) {
      count = inputs.size();
      int subsets = 1 << count;
      labels = new String[subsets];
      cost = new double[subsets];
      half = new int[subsets];
      for (int set = 1; set < subsets; set++) {
        StringBuilder inside = new StringBuilder(), needed = new StringBuilder(output);
        for (int i = 0; i < count; i++) {
          ((set >> i & 1) == 1 ? inside : needed).append(inputs.get(i));
        }
        labels[set] = Labels.common(inside.toString(), needed.toString());
        cost[set] = Integer.bitCount(set) == 1 ? 0 : Double.POSITIVE_INFINITY;
        for (int left = (set - 1) & set; left > (set ^ left); left = (left - 1) & set) {
          int right = set ^ left;
          double total =
              cost[left] + cost[right] + sizes.volume(Labels.union(labels[left], labels[right]));
          if (total < cost[set]) {
            cost[set] = total;
            half[set] = left;
          }
        }
      }
    }

    ContractionPlan plan() {
      number((1 << count) - 1);
      return new ContractionPlan(pairs);
    }

    /** Number of the product of a subset, after all products it needs. */
    private int number(int set) {
      if (Integer.bitCount(set) == 1) {
        return Integer.numberOfTrailingZeros(set);
      }
      int a = number(set ^ half[set]), b = number(half[set]);
      pairs.add(new Pair(Math.min(a, b), Math.max(a, b)));
      return count + pairs.size() - 1;
    }
  }
}
