package brume.tests.golden;

import static brume.autograd.function.Einsum.einsum;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import java.util.List;
import java.util.stream.IntStream;

/** Einstein's summation, and the patterns of einops. */
final class EinsumOps {

  private EinsumOps() {}

  static List<TorchOp> all() {
    return List.of(op("einsum", in -> einsum(in.attr("spec").asText(), operands(in))));
  }

  private static Variable[] operands(TorchArguments in) {
    return IntStream.range(0, in.integer("operands"))
        .mapToObj(i -> in.tensor("input.x" + i))
        .toArray(Variable[]::new);
  }
}
