package brume.tests.einsum;

import static brume.autograd.function.reduce.Reduce.reduce;
import static brume.autograd.function.shape.Rearrange.rearrange;
import static brume.autograd.function.shape.Repeat.repeat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.function.reduce.Reduce.By;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Patterns of axes against a loop over all their parts: each adds one number to the result. */
class PatternPropertyTest {

  private final Map<String, Integer> sizes = new LinkedHashMap<>();

  @Property(tries = 500, seed = "1")
  void rearrangePutsEveryNumberWhereItsAxesGo(@ForAll Random random) {
    List<List<String>> left = grouped(names(random), random);
    check(left, grouped(flat(left), random), random, (p, x, s) -> rearrange(p, x, s));
  }

  @Property(tries = 500, seed = "1")
  void reduceAddsUpWhatLosesItsAxes(@ForAll Random random) {
    List<List<String>> left = grouped(names(random), random);
    List<String> kept =
        flat(left).stream().filter(name -> random.nextInt(3) > 0).toList();
    check(left, grouped(kept, random), random, (p, x, s) -> reduce(p, By.SUM, x, s));
  }

  @Property(tries = 500, seed = "1")
  void repeatGivesEveryNumberToAllNewPlaces(@ForAll Random random) {
    List<List<String>> right = grouped(names(random), random);
    List<String> old =
        flat(right).stream().filter(name -> random.nextInt(3) > 0).toList();
    check(grouped(old, random), right, random, (p, x, s) -> repeat(p, x, s));
  }

  private interface Call {
    Variable apply(String pattern, Variable x, Axis... sizes);
  }

  private void check(List<List<String>> left, List<List<String>> right, Random random, Call call) {
    List<Axis> given = new ArrayList<>();
    List<String> inferred = new ArrayList<>();
    for (List<String> group : left) {
      if (!group.isEmpty() && random.nextBoolean()) {
        inferred.add(group.get(random.nextInt(group.size())));
      }
    }
    sizes.forEach((name, size) -> {
      boolean used = flat(left).contains(name) || flat(right).contains(name);
      if (used && !inferred.contains(name)) {
        given.add(new Axis(name, size));
      }
    });
    String pattern = text(left) + " -> " + text(right);
    try (Scope scope = Scope.open()) {
      double[] numbers = random.doubles(shape(left).size()).toArray();
      Variable x = Variable.parameter(Tensor.of(Backends.reference(), shape(left), numbers));
      Variable y = call.apply(pattern, x, given.toArray(new Axis[0]));
      assertEquals(shape(right), y.shape(), pattern);
      double[] expected = new double[y.shape().size()];
      List<String> all = new ArrayList<>(flat(left));
      flat(right).stream().filter(name -> !all.contains(name)).forEach(all::add);
      add(all, new LinkedHashMap<>(), numbers, flat(left), expected, flat(right));
      assertArrayEquals(expected, y.value().toDoubles(), 1e-12, pattern);
    }
  }

  /** For every choice of the indices that have none yet, adds an element of x to one of y. */
  private void add(
      List<String> open,
      Map<String, Integer> indices,
      double[] x,
      List<String> left,
      double[] y,
      List<String> right) {
    if (open.isEmpty()) {
      y[element(right, indices)] += x[element(left, indices)];
      return;
    }
    for (int i = 0; i < size(open.get(0)); i++) {
      indices.put(open.get(0), i);
      add(open.subList(1, open.size()), indices, x, left, y, right);
    }
  }

  private int element(List<String> parts, Map<String, Integer> indices) {
    int element = 0;
    for (String part : parts) {
      element = element * size(part) + indices.getOrDefault(part, 0);
    }
    return element;
  }

  private List<String> names(Random random) {
    sizes.clear();
    for (String name : List.of("a", "b", "c1", "dd", "e")) {
      sizes.put(name, 1 + random.nextInt(3));
    }
    return List.copyOf(sizes.keySet()).subList(0, random.nextInt(6));
  }

  /** The names in random order, in groups of none to three. */
  private static List<List<String>> grouped(List<String> names, Random random) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    List<List<String>> groups = new ArrayList<>();
    int at = 0;
    while (at < shuffled.size()) {
      int end = Math.min(shuffled.size(), at + random.nextInt(4));
      groups.add(List.copyOf(shuffled.subList(at, end)));
      at = end;
    }
    return groups;
  }

  private static String text(List<List<String>> groups) {
    return groups.stream()
        .map(g -> g.isEmpty() ? "1" : g.size() == 1 ? g.get(0) : "(" + String.join(" ", g) + ")")
        .collect(Collectors.joining(" "));
  }

  private static List<String> flat(List<List<String>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  private Shape shape(List<List<String>> groups) {
    return Shape.of(groups.stream()
        .mapToInt(group -> group.stream().mapToInt(this::size).reduce(1, (a, b) -> a * b))
        .toArray());
  }

  private int size(String part) {
    return sizes.getOrDefault(part, 1);
  }
}
