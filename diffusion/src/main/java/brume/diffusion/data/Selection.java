package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Some samples of a set, chosen by chance for people to look at. Nothing else draws from its key. */
public final class Selection {

  private final Dataset data;
  private final RandomKey key;
  private final List<Integer> chosen;

  private Selection(Dataset data, RandomKey key, List<Integer> chosen) {
    this.data = data;
    this.key = key;
    this.chosen = List.copyOf(chosen);
  }

  /**
   * Chooses samples: of a set with classes, as many of each as there are, one class after the other.
   *
   * @param data the set
   * @param most how many to choose, at least 1
   * @param seed of the choice
   * @return that many, or all
   */
  public static Selection of(Dataset data, int most, long seed) {
    if (most < 1) {
      throw new IllegalArgumentException(
          Text.of("selection: expected 1 sample or more, got %d", most));
    }
    RandomKey key = RandomKey.of(seed).child("selection");
    int[] order = shuffled(data.size(), key.child("order"));
    if (data.classes().isEmpty()) {
      return new Selection(data, key, Arrays.stream(order).limit(most).boxed().toList());
    }
    Map<Integer, List<Integer>> byClass = new LinkedHashMap<>(); // in the order of chance
    for (int index : order) {
      List<Integer> own = byClass.computeIfAbsent(data.label(index), label -> new ArrayList<>());
      if (own.size() < most) {
        own.add(index);
      }
    }
    List<Integer> chosen = new ArrayList<>(inTurn(byClass.values(), most));
    chosen.sort(Comparator.comparingInt(data::label)); // keeps the order within a class
    return new Selection(data, key, chosen);
  }

  /** The first of each list, then the second of each, as long as there are any. */
  private static List<Integer> inTurn(Collection<List<Integer>> lists, int most) {
    List<Integer> taken = new ArrayList<>();
    for (int round = 0; taken.size() < most; round++) {
      int before = taken.size();
      for (List<Integer> list : lists) {
        if (round < list.size() && taken.size() < most) {
          taken.add(list.get(round));
        }
      }
      if (taken.size() == before) {
        break;
      }
    }
    return taken;
  }

  private static int[] shuffled(int size, RandomKey key) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = key.below(i, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * Which they are.
   *
   * @return numbers of samples in the set
   */
  public List<Integer> chosen() {
    return chosen;
  }

  /**
   * Reads them as a network sees them, but for mirroring.
   *
   * @return (N, H, W, C) values in [0, 1]
   * @throws IOException if one cannot be read
   */
  public float[] read() throws IOException {
    int length = data.pictureLength();
    float[] all = new float[Math.multiplyExact(chosen.size(), length)];
    RandomKey part = key.child("part");
    for (int n = 0; n < chosen.size(); n++) {
      data.read(chosen.get(n), false, part.uniform(n), all, n * length);
    }
    return all;
  }

  /**
   * What is written below each: its class, or without classes the first of its texts.
   *
   * @return names or texts; none if the set has neither
   */
  public List<String> captions() {
    if (data.classes().isEmpty() && data.captioned()) {
      return chosen.stream().map(index -> data.caption(index, 0)).toList();
    }
    return data.classes().isEmpty()
        ? List.of()
        : chosen.stream().map(index -> data.classes().get(data.label(index))).toList();
  }
}
