package brume.tests.golden;

import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.reduce.Reduce.reduce;
import static brume.autograd.function.shape.Rearrange.rearrange;
import static brume.autograd.function.shape.Repeat.repeat;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.autograd.einsum.Axis;
import brume.autograd.function.reduce.Reduce.By;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Einstein's summation, and the patterns of einops. */
final class EinsumOps {

  private EinsumOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("einsum", in -> einsum(in.attr("spec").asText(), operands(in))),
        op("rearrange", in -> rearrange(pattern(in), in.x(), axes(in))),
        op("reduce", in -> reduce(pattern(in), by(in), in.x(), axes(in))),
        op("repeat", in -> repeat(pattern(in), in.x(), axes(in))));
  }

  private static String pattern(TorchArguments in) {
    return in.attr("pattern").asText();
  }

  private static By by(TorchArguments in) {
    String name = in.attr("reduction").asText();
    return name.equals("prod") ? By.PRODUCT : By.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static Axis[] axes(TorchArguments in) {
    JsonNode sizes = in.attr("axes");
    List<Axis> axes = new ArrayList<>();
    sizes.fieldNames().forEachRemaining(n -> axes.add(new Axis(n, sizes.path(n).asInt())));
    return axes.toArray(new Axis[0]);
  }

  private static Variable[] operands(TorchArguments in) {
    return IntStream.range(0, in.integer("operands"))
        .mapToObj(i -> in.tensor("input.x" + i))
        .toArray(Variable[]::new);
  }
}
