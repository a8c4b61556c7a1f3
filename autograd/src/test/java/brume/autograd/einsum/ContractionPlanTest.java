package brume.autograd.einsum;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.einsum.ContractionPlan.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContractionPlanTest {

  @Test
  void multipliesAVectorIntoAChainOfMatricesFromItsEnd() {
    assertEquals(
        List.of(new Pair(1, 2), new Pair(0, 3)), plan("i", "ij", "jk", "k").pairs());
    assertEquals(
        List.of(new Pair(0, 1), new Pair(2, 3)), plan("k", "i", "ij", "jk").pairs());
  }

  @Test
  void avoidsOuterProducts() {
    List<String> ring = List.of("ij", "kl", "jk", "li");
    LabelSizes sizes = sizes(ring, 10);
    assertEquals(1000 + 1000 + 100, cost(ContractionPlan.of(ring, "", sizes), ring, "", sizes));
  }

  @Test
  void followsAChainTooLongToTryEveryOrder() {
    List<String> chain = new ArrayList<>();
    for (char label = 'a'; label < 'l'; label++) {
      chain.add("" + label + (char) (label + 1));
    }
    Collections.shuffle(chain, new Random(1));
    LabelSizes sizes = sizes(chain, 3);
    assertEquals(10 * 27, cost(ContractionPlan.of(chain, "al", sizes), chain, "al", sizes));
  }

  /** Number of multiplications, after checking that the last product has the labels of the output. */
  private static double cost(
      ContractionPlan plan, List<String> inputs, String output, LabelSizes sizes) {
    double cost = 0;
    List<String> labels = new ArrayList<>(inputs);
    for (Pair pair : plan.pairs()) {
      String both = Labels.union(labels.get(pair.left()), labels.get(pair.right()));
      cost += sizes.volume(both);
      labels.set(pair.left(), "");
      labels.set(pair.right(), "");
      labels.add(Labels.common(both, output + String.join("", labels)));
    }
    assertEquals(output, Labels.common(output, labels.get(labels.size() - 1)));
    return cost;
  }

  private static ContractionPlan plan(String output, String... inputs) {
    return ContractionPlan.of(List.of(inputs), output, sizes(List.of(inputs), 10));
  }

  private static LabelSizes sizes(List<String> inputs, int size) {
    Map<Character, Integer> sizes = new HashMap<>();
    for (char label : String.join("", inputs).toCharArray()) {
      sizes.put(label, size);
    }
    return new LabelSizes(sizes);
  }
}
