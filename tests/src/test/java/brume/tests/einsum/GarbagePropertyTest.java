package brume.tests.einsum;

import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.reduce.Reduce.reduce;
import static brume.autograd.function.shape.Rearrange.rearrange;
import static brume.autograd.function.shape.Repeat.repeat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.function.reduce.Reduce.By;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever is written in a spec: it is computed, or refused in one sentence. */
class GarbagePropertyTest {

  @Property(tries = 3000, seed = "1", shrinking = ShrinkingMode.OFF)
  void einsumComputesOrSaysWhy(
      @ForAll("specs") String spec, @ForAll("operands") List<Shape> shapes) {
    answers(
        () -> einsum(spec, shapes.stream().map(this::variable).toArray(Variable[]::new)), "einsum");
  }

  @Property(tries = 3000, seed = "1", shrinking = ShrinkingMode.OFF)
  void patternsRearrangeOrSayWhy(
      @ForAll("patterns") String pattern,
      @ForAll("shapes") Shape shape,
      @ForAll("axes") List<Axis> axes) {
    Axis[] sizes = axes.toArray(new Axis[0]);
    answers(() -> rearrange(pattern, variable(shape), sizes), "rearrange");
    answers(() -> repeat(pattern, variable(shape), sizes), "repeat");
    answers(() -> reduce(pattern, By.MEAN, variable(shape), sizes), "(reduce|mean)");
  }

  @Provide
  Arbitrary<String> specs() {
    return words("i", "j", "i", "K", ",", "->", "...", " ", ".", "-", ">", "1", "(", "é", "ij,jK");
  }

  @Provide
  Arbitrary<String> patterns() {
    return words(
        "a ", "b ", "c ", "a ", "b ", "->", "->", "...", "(", ")", "1 ", "2 ", "0", "_x ", ",",
        "%");
  }

  @Provide
  Arbitrary<Shape> shapes() {
    return Arbitraries.integers()
        .between(0, 4)
        .list()
        .ofMaxSize(4)
        .map(sizes -> Shape.of(sizes.stream().mapToInt(size -> size).toArray()));
  }

  @Provide
  Arbitrary<List<Shape>> operands() {
    return shapes().list().ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<Axis>> axes() {
    Arbitrary<Integer> sizes = Arbitraries.integers().between(1, 4);
    return Combinators.combine(Arbitraries.of("a", "b", "c", "2"), sizes)
        .as(Axis::new)
        .list()
        .ofMaxSize(2);
  }

  private static Arbitrary<String> words(String... words) {
    return Arbitraries.of(words).list().ofMaxSize(9).map(list -> String.join("", list));
  }

  private static void answers(Runnable call, String function) {
    try (Scope scope = Scope.open()) {
      call.run();
    } catch (IllegalArgumentException refusal) {
      String sentence = String.valueOf(refusal.getMessage());
      assertTrue(sentence.matches(function + ": expected [^\n]+, got [^\n]*[^.\n]"), sentence);
    }
  }

  private Variable variable(Shape shape) {
    return Variable.parameter(Tensor.of(Backends.reference(), shape, new double[shape.size()]));
  }
}
