package brume.bench;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.MatmulGeometry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kernel at one size: calls that take the same time are equal.
 *
 * @param kernel its name
 * @param sizes its arguments in their order, with shapes in place of tensors, and without the numbers
 *     that are only computed with
 */
record KernelCall(String kernel, List<Object> sizes) {

  private static final int SHAPES_IN_WORDS = 3;

  /** A call with arguments as a backend gets them. */
  static KernelCall of(String kernel, Object... arguments) {
    List<Object> sizes = new ArrayList<>();
    for (Object argument : arguments) {
      addSizes(argument, sizes);
    }
    return new KernelCall(kernel, List.copyOf(sizes));
  }

  private static void addSizes(Object argument, List<Object> to) {
    if (argument instanceof Tensor tensor) {
      to.add(tensor.shape());
    } else if (argument instanceof Collection<?> many) {
      many.forEach(one -> addSizes(one, to));
    } else if (argument instanceof Optional<?> maybe) {
      maybe.ifPresent(one -> addSizes(one, to));
    } else if (argument instanceof Integer
        || argument instanceof Enum<?>
        || argument.getClass().getSimpleName().endsWith("Geometry")) {
      to.add(argument);
    }
  }

  /** The shapes of all tensors, in the order of the arguments. */
  List<Shape> shapes() {
    return sizes.stream().filter(Shape.class::isInstance).map(Shape.class::cast).toList();
  }

  /** Name and sizes; of many shapes the first that differ. */
  @Override
  public String toString() {
    Object first = sizes.isEmpty() ? "" : sizes.get(0);
    if (first instanceof ConvGeometry at) {
      return Text.of(
          "%s %s, %d of %dx%d, stride %d",
          kernel, at.x(), at.cout(), at.kh(), at.kw(), at.window().strideH());
    }
    if (first instanceof MatmulGeometry at) {
      return Text.of(
          "%s %d of (%d, %d, %d)%s%s",
          kernel,
          at.batch(),
          at.m(),
          at.n(),
          at.k(),
          at.transposeA() ? ", A transposed" : "",
          at.transposeB() ? ", B transposed" : "");
    }
    Stream<Object> functions = sizes.stream().filter(Enum.class::isInstance);
    Stream<Shape> shapes = shapes().stream().limit(SHAPES_IN_WORDS).distinct();
    return Stream.of(Stream.of(kernel), functions, shapes)
        .flatMap(words -> words)
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }
}
