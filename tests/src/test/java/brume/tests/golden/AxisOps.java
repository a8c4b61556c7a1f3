package brume.tests.golden;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Split.chunk;
import static brume.autograd.function.shape.Split.split;
import static brume.autograd.function.shape.Stack.stack;
import static brume.tests.golden.TorchOp.op;
import static brume.tests.golden.TorchOp.several;

import brume.autograd.Variable;
import brume.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What moves numbers. */
final class AxisOps {

  private AxisOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("cat", in -> concatenate(in.integer("dim"), operands(in))),
        op("stack", in -> stack(in.integer("dim"), operands(in))),
        several("split", in -> split(in.x(), in.integer("dim"), in.integers("sizes"))),
        several("chunk", in -> chunk(in.x(), in.integer("dim"), in.integer("chunks"))),
        op("reshape", in -> reshape(in.x(), inferred(in.x().shape(), in.integers("shape")))),
        op("permute", in -> permute(in.x(), in.integers("dims"))),
        op(
            "permute_reshape",
            in -> reshape(permute(in.x(), in.integers("dims")), Shape.of(in.integers("shape")))),
        op("transpose", in -> transpose(in.x(), in.integer("dim0"), in.integer("dim1"))),
        op("expand", AxisOps::expanded));
  }

  private static Variable[] operands(TorchArguments in) {
    return IntStream.range(0, in.integer("operands"))
        .mapToObj(i -> in.tensor("input.x" + i))
        .toArray(Variable[]::new);
  }

  /** −1 leaves an axis as it is. */
  private static Variable expanded(TorchArguments in) {
    int[] dims = in.integers("shape");
    Shape from = in.x().shape();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] < 0 ? from.dim(i - dims.length) : dims[i];
    }
    return expand(in.x(), Shape.of(dims));
  }

  /** Replaces −1 by what is left. */
  private static Shape inferred(Shape from, int[] dims) {
    int known = Arrays.stream(dims).filter(dim -> dim >= 0).reduce(1, (a, b) -> a * b);
    return Shape.of(
        Arrays.stream(dims).map(dim -> dim < 0 ? from.size() / known : dim).toArray());
  }
}
