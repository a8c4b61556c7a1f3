package brume.tests.golden;

import static brume.autograd.function.Concatenate.concatenate;
import static brume.autograd.function.Permute.permute;
import static brume.autograd.function.Reshape.reshape;
import static brume.autograd.function.Slice.slice;
import static brume.tests.golden.TorchArguments.broadcast;
import static brume.tests.golden.TorchArguments.transposed;
import static brume.tests.golden.TorchOp.op;
import static brume.tests.golden.TorchOp.several;

import brume.autograd.Variable;
import brume.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** What moves numbers. */
final class AxisOps {

  private AxisOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("cat", in -> concatenate(in.integer("dim"), operands(in, x -> x))),
        op("stack", AxisOps::stacked),
        several("split", in -> parts(in, in.integers("sizes"))),
        several("chunk", in -> parts(in, chunks(in))),
        op("reshape", in -> reshape(in.x(), inferred(in.x().shape(), in.integers("shape")))),
        op("permute", in -> permute(in.x(), in.integers("dims"))),
        op(
            "permute_reshape",
            in -> reshape(permute(in.x(), in.integers("dims")), Shape.of(in.integers("shape")))),
        op("transpose", in -> transposed(in.x(), in.integer("dim0"), in.integer("dim1"))),
        op("expand", in -> broadcast(in.x(), Shape.of(in.integers("shape")))));
  }

  private static Variable[] operands(TorchArguments in, UnaryOperator<Variable> change) {
    return IntStream.range(0, in.integer("operands"))
        .mapToObj(i -> change.apply(in.tensor("input.x" + i)))
        .toArray(Variable[]::new);
  }

  private static Variable stacked(TorchArguments in) {
    Shape shape = in.tensor("input.x0").shape();
    int dim = Math.floorMod(in.integer("dim"), shape.rank() + 1);
    int[] dims = IntStream.concat(
            IntStream.concat(Arrays.stream(shape.toArray()).limit(dim), IntStream.of(1)),
            Arrays.stream(shape.toArray()).skip(dim))
        .toArray();
    return concatenate(dim, operands(in, x -> reshape(x, Shape.of(dims))));
  }

  private static int[] chunks(TorchArguments in) {
    int size = in.x().shape().dim(in.integer("dim")), chunks = in.integer("chunks");
    int chunk = (size + chunks - 1) / chunks;
    return IntStream.iterate(0, from -> from < size, from -> from + chunk)
        .map(from -> Math.min(chunk, size - from))
        .toArray();
  }

  private static List<Variable> parts(TorchArguments in, int[] sizes) {
    List<Variable> parts = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      parts.add(slice(in.x(), in.integer("dim"), from, from + size));
      from += size;
    }
    return parts;
  }

  /** Replaces −1 by what is left. */
  private static Shape inferred(Shape from, int[] dims) {
    int known = Arrays.stream(dims).filter(dim -> dim >= 0).reduce(1, (a, b) -> a * b);
    return Shape.of(
        Arrays.stream(dims).map(dim -> dim < 0 ? from.size() / known : dim).toArray());
  }
}
