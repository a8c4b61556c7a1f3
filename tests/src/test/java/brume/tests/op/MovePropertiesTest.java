package brume.tests.op;

import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Flip.flip;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Functions that only move numbers: what one does another undoes, and the gradient goes the way back,
 * bit for bit on every backend. The seed is fixed, so that a build fails for what changed and not by
 * chance.
 */
class MovePropertiesTest {

  @Property(tries = 100, seed = "2026")
  void reshapingBackGivesTheSame(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Shape other = otherOfTheSameSize(shape, random);
    onEveryBackend(on -> {
      Variable x = numbers(on, "x", shape);
      assertSame(x.value(), reshape(reshape(x, other), shape).value());
      Tensor dy = numbers(on, "dy", other).value();
      Tensor dx = reshape(x, other).backward(dy).of(x).orElseThrow();
      assertEquals(shape, dx.shape());
      assertArrayEquals(dy.toDoubles(), dx.toDoubles());
    });
  }

  @Property(tries = 100, seed = "2026")
  void permutingBackGivesTheSame(@ForAll("shapes") Shape shape, @ForAll Random random) {
    int[] axes = shuffled(shape.rank(), random), back = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      back[axes[i]] = i;
    }
    onEveryBackend(on -> {
      Variable x = numbers(on, "x", shape);
      Variable y = permute(x, axes);
      for (int i = 0; i < axes.length; i++) {
        assertEquals(shape.dim(axes[i]), y.shape().dim(i));
      }
      assertSame(x.value(), permute(y, back).value());
      assertGradient(x, in -> permute(in, axes), dy -> permute(dy, back));
    });
  }

  @Property(tries = 100, seed = "2026")
  void permutingTwiceIsPermutingOnce(@ForAll("shapes") Shape shape, @ForAll Random random) {
    int[] first = shuffled(shape.rank(), random), second = shuffled(shape.rank(), random);
    int[] both = new int[first.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = first[second[i]];
    }
    onEveryBackend(on -> {
      Variable x = numbers(on, "x", shape);
      assertSame(permute(x, both).value(), permute(permute(x, first), second).value());
    });
  }

  @Property(tries = 100, seed = "2026")
  void slicesPutTogetherAreTheWhole(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Assume.that(shape.rank() > 0);
    int axis = random.nextInt(shape.rank());
    List<Integer> cuts = cuts(shape.dim(axis), random);
    onEveryBackend(on -> {
      Variable x = numbers(on, "x", shape);
      assertSame(x.value(), concatenate(axis, slices(x, axis, cuts)).value());
      assertGradient(x, in -> concatenate(axis, slices(in, axis, cuts)), dy -> dy);
    });
  }

  @Property(tries = 100, seed = "2026")
  void partsOfAConcatenationAreItsSlices(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Assume.that(shape.rank() > 0);
    int axis = random.nextInt(shape.rank()), size = shape.dim(axis), other = 1 + random.nextInt(4);
    onEveryBackend(on -> {
      Variable a = numbers(on, "a", shape), b = numbers(on, "b", shape.with(axis, other));
      Variable y = concatenate(axis - shape.rank(), a, b); // the same axis, from the end
      assertSame(a.value(), slice(y, axis, 0, size).value());
      assertSame(b.value(), slice(y, axis, size, size + other).value());
      assertGradient(a, in -> concatenate(axis, in, b), dy -> slice(dy, axis, 0, size));
      assertGradient(b, in -> concatenate(axis, a, in), dy -> slice(dy, axis, size, size + other));
    });
  }

  /** The gradient of what was left out is zero. */
  @Property(tries = 100, seed = "2026")
  void theGradientOfASliceIsZeroAroundIt(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Assume.that(shape.rank() > 0);
    int axis = random.nextInt(shape.rank()), size = shape.dim(axis);
    int from = random.nextInt(size), to = from + 1 + random.nextInt(size - from);
    onEveryBackend(on -> {
      List<Variable> padded = new ArrayList<>();
      Variable x = numbers(on, "x", shape);
      assertGradient(x, in -> slice(in, axis, from, to), dy -> {
        padded.clear();
        if (from > 0) {
          padded.add(zeros(on, shape.with(axis, from)));
        }
        padded.add(dy);
        if (to < size) {
          padded.add(zeros(on, shape.with(axis, size - to)));
        }
        return concatenate(axis, padded.toArray(Variable[]::new));
      });
    });
  }

  // ---- Refusals ---------------------------------------------------------------------------------

  @Property(tries = 300, seed = "2026")
  void shapesOfAnotherSizeAreRefused(@ForAll("shapes") Shape shape, @ForAll("shapes") Shape other) {
    Assume.that(shape.size() != other.size());
    requireRefusal(shape, other.toString(), x -> reshape(x, other));
  }

  @Property(tries = 300, seed = "2026")
  void axesThatAreNotThereAreRefused(@ForAll("shapes") Shape shape, @ForAll Random random) {
    int beyond = shape.rank() + random.nextInt(3),
        axis = random.nextBoolean() ? beyond : -beyond - 1;
    String shown = String.valueOf(axis);
    requireRefusal(shape, shown, x -> concatenate(axis, x, x));
    requireRefusal(shape, shown, x -> slice(x, axis, 0, 1));
    requireRefusal(shape, shown, x -> softmax(x, axis));
    requireRefusal(shape, shown, x -> flip(x, axis));
    requireRefusal(shape, shown, x -> permute(x, axis));
  }

  @Property(tries = 300, seed = "2026")
  void rangesThatLeaveTheirAxisAreRefused(@ForAll("shapes") Shape shape, @ForAll Random random) {
    Assume.that(shape.rank() > 0);
    int axis = random.nextInt(shape.rank()), size = shape.dim(axis);
    int from = random.nextInt(size + 4) - 2, to = random.nextInt(size + 4) - 2;
    Assume.that(from < 0 || to > size || from >= to);
    requireRefusal(shape, from + " to " + to, x -> slice(x, axis, from, to));
  }

  @Property(tries = 300, seed = "2026")
  void permutationsThatAreNoneAreRefused(@ForAll("shapes") Shape shape, @ForAll Random random) {
    int[] axes = random.ints(random.nextInt(5), 0, 5).toArray();
    boolean permutation = axes.length == shape.rank()
        && Arrays.stream(axes).filter(axis -> axis < shape.rank()).distinct().count()
            == shape.rank();
    Assume.that(!permutation);
    requireRefusal(shape, Arrays.toString(axes), x -> permute(x, axes));
  }

  private static void requireRefusal(Shape shape, String shown, UnaryOperator<Variable> function) {
    onEveryBackend(on -> {
      Variable x = numbers(on, "x", shape);
      String sentence =
          assertThrows(ShapeException.class, () -> function.apply(x)).getMessage();
      assertTrue(
          sentence.matches("\\w+: expected .*")
              && sentence.contains(shape.toString())
              && sentence.contains(shown),
          sentence);
    });
  }

  // ---- Numbers ----------------------------------------------------------------------------------

  private interface Check {
    void on(Backend backend);
  }

  private static void onEveryBackend(Check check) {
    for (Backend backend : TestBackends.available()) {
      try (Scope scope = Scope.open()) {
        check.on(backend);
      }
    }
  }

  /** That the gradient of x is what some function makes of the gradient of the result. */
  private static void assertGradient(
      Variable x, UnaryOperator<Variable> function, UnaryOperator<Variable> back) {
    Variable y = function.apply(x);
    Variable dy = numbers((Backend) x.value().device(), "dy", y.shape());
    assertSame(back.apply(dy).value(), y.backward(dy.value()).of(x).orElseThrow());
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toDoubles(), actual.toDoubles());
  }

  private static Variable[] slices(Variable x, int axis, List<Integer> cuts) {
    Variable[] slices = new Variable[cuts.size() - 1];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = slice(x, axis, cuts.get(i), cuts.get(i + 1));
    }
    return slices;
  }

  /** 0, some numbers between, size. */
  private static List<Integer> cuts(int size, Random random) {
    List<Integer> cuts = new ArrayList<>(List.of(0));
    for (int at = 1; at < size; at++) {
      if (random.nextBoolean()) {
        cuts.add(at);
      }
    }
    cuts.add(size);
    return cuts;
  }

  private static int[] shuffled(int count, Random random) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      axes.add(i);
    }
    Collections.shuffle(axes, random);
    return axes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Shuffles the factors of the sizes among some axes. */
  private static Shape otherOfTheSameSize(Shape shape, Random random) {
    int[] dims = new int[1 + random.nextInt(4)];
    Arrays.fill(dims, 1);
    int rest = shape.size();
    for (int factor = 2; rest > 1; factor++) {
      for (; rest % factor == 0; rest /= factor) {
        dims[random.nextInt(dims.length)] *= factor;
      }
    }
    return Shape.of(dims);
  }

  private static Variable zeros(Backend on, Shape shape) {
    return Variable.constant(Tensor.of(on, shape, new double[shape.size()]));
  }

  private static Variable numbers(Backend on, String name, Shape shape) {
    float[] values = new float[shape.size()];
    RandomKey.of(2026).child(name).fillNormal(0, values, 0, values.length);
    return Variable.parameter(Tensor.of(on, shape, values));
  }

  /** Shapes of up to four axes. */
  @Provide
  Arbitrary<Shape> shapes() {
    Arbitrary<List<Integer>> sizes = Arbitraries.integers().between(1, 9).list().ofMaxSize(4);
    return sizes.map(list -> Shape.of(list.stream().mapToInt(Integer::intValue).toArray()));
  }
}
