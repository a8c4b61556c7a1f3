package brume.autograd;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gradients that come with their sums, and functions that add to what others have delivered. */
class InputGradientsTest {

  private static final Device DEVICE = Backends.reference();

  private final List<Optional<double[]>> arrived = new ArrayList<>();
  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void sumsArriveWithTheirGradient() {
    Variable x = parameter(1, 2);
    Variable h = step(x, new Listening(arrived::add, 1));
    sum(step(h, new Telling())).backward();
    assertArrayEquals(new double[] {42}, arrived.get(0).orElseThrow());
  }

  @Test
  void sumsOfOnePartSayNothingOfAll() {
    Variable x = parameter(1, 2);
    Variable before = step(x, new Listening(arrived::add, 1)),
        after = step(x, new Listening(arrived::add, 1));
    sum(add(step(before, new Telling()), before)).backward(); // told second
    sum(add(scale(after, 3), step(after, new Telling()))).backward(); // told first
    assertEquals(List.of(Optional.empty(), Optional.empty()), arrived);
  }

  @Test
  void sumsMayBeDeliveredAsAGradient() {
    Variable x = parameter(1, 2), bias = parameter(7);
    Variable h = Variable.of(x.value().like(), new Listening(arrived::add, 2), x, bias);
    h.value().copyFrom(0, 0);
    assertArrayEquals(
        new double[] {42},
        sum(step(h, new Telling())).backward().of(bias).orElseThrow().toDoubles());
  }

  @Test
  void aTotalTakesThePlaceOfWhatWasReceived() {
    Variable x = parameter(1, 2);
    Gradients gradients = sum(add(step(x, new Adding(x.shape())), scale(x, 3))).backward();
    assertArrayEquals(new double[] {4, 4}, gradients.of(x).orElseThrow().toDoubles());
  }

  @Test
  void whatOneInputAloneHasReceivedMayBeAddedTo() {
    Variable x = parameter(1, 2);
    List<Boolean> alone = new ArrayList<>();
    Variable y = add(step(x, new AddingInPlace(alone::add)), scale(x, 3)); // 3 arrives first
    assertArrayEquals(new double[] {4, 4}, sum(y).backward().of(x).orElseThrow().toDoubles());
    assertEquals(List.of(true), alone);
  }

  @Test
  void whatOthersHaveReceivedTooIsLeftAlone() {
    Variable x = parameter(1, 2), other = parameter(3, 4);
    List<Boolean> alone = new ArrayList<>();
    Gradients gradients =
        sum(add(step(x, new AddingInPlace(alone::add)), add(x, other))).backward();
    assertArrayEquals(new double[] {2, 2}, gradients.of(x).orElseThrow().toDoubles());
    assertArrayEquals(new double[] {1, 1}, gradients.of(other).orElseThrow().toDoubles());
    // The gradient of the sum arrives at x, and is what the step goes back from.
    sum(add(step(x, new AddingInPlace(alone::add)), x)).backward();
    assertEquals(List.of(false, false), alone);
  }

  @Test
  void whatOneStepDeliversSeveralTimesStaysAsItIs() {
    Variable x = parameter(1, 2), other = parameter(3, 4);
    Variable y = Variable.of(x.value().like(), new Repeating(), x, x, other);
    Gradients gradients = y.backward(Tensor.of(DEVICE, Shape.of(2), 1, 1));
    assertArrayEquals(new double[] {7, 7}, gradients.of(x).orElseThrow().toDoubles());
    assertArrayEquals(new double[] {5, 5}, gradients.of(other).orElseThrow().toDoubles());
  }

  @Test
  void stepsThatJoinAreUndoneTogetherOnceTheirGradientsAreWhole() {
    Variable x = parameter(1, 2);
    List<Integer> sizes = new ArrayList<>();
    Variable a = step(x, new Joining(sizes::add, 1)), b = step(x, new Joining(sizes::add, 1));
    assertArrayEquals(
        new double[] {2, 2}, sum(add(a, b)).backward().of(x).orElseThrow().toDoubles());
    assertEquals(List.of(2), sizes);

    sizes.clear();
    Variable first = step(x, new Joining(sizes::add, 1));
    Variable second = Variable.of(x.value().like(), new Joining(sizes::add, 2), x, first);
    second.value().copyFrom(0, 0);
    assertArrayEquals(
        new double[] {3, 3},
        sum(add(first, second)).backward().of(x).orElseThrow().toDoubles());
    assertEquals(List.of(1, 1), sizes, "the second has a part in the gradient of the first");
  }

  @Test
  void aTotalMayBeTheFirstPart() {
    Variable x = parameter(1, 2);
    Gradients gradients = sum(add(scale(x, 3), step(x, new Adding(x.shape())))).backward();
    assertArrayEquals(new double[] {4, 4}, gradients.of(x).orElseThrow().toDoubles());
  }

  @Test
  void aTotalOfAnotherShapeIsRefused() {
    Variable x = parameter(1, 2);
    Variable y = sum(add(step(x, new Adding(Shape.of(3))), x));
    String refusal = assertThrows(IllegalStateException.class, y::backward).getMessage();
    assertTrue(refusal.contains("has shape (3) but the input has shape (2)"), refusal);
  }

  private static Variable parameter(double... values) {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(values.length), values));
  }

  /** A variable with a value of its own, made by a function of x. */
  private static Variable step(Variable x, Differentiable function) {
    Tensor y = x.value().like();
    y.copyFrom(0, 0);
    return Variable.of(y, function, x);
  }

  /** Passes a gradient on with a sum that nobody could have added up. */
  private record Telling() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      grads.put(0, dy, Optional.of(Tensor.of(DEVICE, Shape.of(1), 42)));
    }
  }

  /** Notes the sum that arrives, and passes it on to a second input. */
  private record Listening(Consumer<Optional<double[]>> heard, int inputs)
      implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      heard.accept(grads.sums().map(Tensor::toDoubles));
      grads.put(0, dy);
      if (inputs == 2) {
        grads.put(1, grads.sums().orElseThrow());
      }
    }
  }

  /** Delivers one tensor to its first and last input, and something else to the first again meanwhile. */
  private record Repeating() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      Tensor five = dy.like(), two = dy.like();
      ElementwiseKernels.of(dy).fill(5, five);
      ElementwiseKernels.of(dy).fill(2, two);
      grads.put(0, five);
      grads.put(1, two);
      grads.put(2, five);
    }
  }

  /** Notes with how many it is undone; passes its gradient on to all inputs. */
  private record Joining(Consumer<Integer> told, int inputs) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      for (int input = 0; input < inputs; input++) {
        grads.put(input, dy);
      }
    }

    @Override
    public boolean joins(Differentiable other) {
      return other instanceof Joining;
    }

    @Override
    public void backward(List<Differentiable> steps, List<Tensor> dys, List<InputGradients> grads) {
      told.accept(steps.size());
      Differentiable.super.backward(steps, dys, grads);
    }
  }

  /** Adds a gradient of ones in place where that is allowed, and tells whether it is. */
  private record AddingInPlace(Consumer<Boolean> told) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      Optional<Tensor> total = grads.accumulator(0);
      told.accept(total.isPresent());
      Tensor ones = dy.like();
      ElementwiseKernels.of(ones).fill(1, ones);
      total.ifPresentOrElse(
          before -> {
            ElementwiseKernels.of(before).add(before, ones, before);
            grads.putTotal(0, before);
          },
          () -> grads.put(0, ones));
    }
  }

  /** Adds a gradient of ones to what has been received. */
  private record Adding(Shape of) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      Tensor total = dy.like(of);
      ElementwiseKernels.of(total).fill(1, total);
      if (of.equals(dy.shape())) {
        grads.received(0).ifPresent(part -> ElementwiseKernels.of(total).add(part, total, total));
      }
      grads.putTotal(0, total);
    }
  }
}
