package brume.tests.golden;

import static brume.autograd.function.pointwise.MaskedFill.maskedFill;
import static brume.autograd.function.reduce.Distance.distance;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Flip.flip;
import static brume.autograd.function.shape.Gather.gather;
import static brume.autograd.function.shape.Pad.pad;
import static brume.autograd.function.shape.Pad.padCircular;
import static brume.autograd.function.shape.Pad.padReflected;
import static brume.autograd.function.shape.Pad.padReplicated;
import static brume.autograd.function.shape.Repeat.repeatInterleave;
import static brume.autograd.function.shape.Roll.roll;
import static brume.autograd.function.shape.Select.select;
import static brume.autograd.function.shape.Slice.slice;
import static brume.autograd.function.shape.Triangle.tril;
import static brume.autograd.function.shape.Triangle.triu;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** Lookups by index, padding, and orders of numbers. */
final class LookupOps {

  private static final Set<String> MODES = Set.of("constant", "reflect", "replicate", "circular");

  private LookupOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("embedding", in -> embedding(in.weight(), in.indexShape(), in.indexes())),
        op("gather", in -> gather(in.x(), in.integer("dim"), in.indexShape(), in.indexes())),
        op("index_select", in -> select(in.x(), in.integer("dim"), in.indexes())),
        op("flip", in -> flip(in.x(), in.integers("dims"))),
        op("roll", LookupOps::rolled),
        op("tril", in -> tril(in.x(), in.integer("diagonal"))),
        op("triu", in -> triu(in.x(), in.integer("diagonal"))),
        op(
            "repeat_interleave",
            in -> repeatInterleave(in.x(), in.integer("dim"), in.integer("repeats"))),
        op("slice", LookupOps::sliced),
        op("masked_fill", in -> maskedFill(in.x(), in.constant("input.mask"), in.number("value"))),
        op("cdist", in -> distance(in.tensor("input.a"), in.tensor("input.b"))),
        op("pad", LookupOps::padded)
            .when(asked -> MODES.contains(asked.attrs().path("mode").asText("constant"))));
  }

  private static Variable rolled(TorchArguments in) {
    int[] dims = in.integers("dims"), shifts = in.integers("shifts");
    Variable y = in.x();
    for (int i = 0; i < dims.length; i++) {
      y = roll(y, dims[i], shifts[i]);
    }
    return y;
  }

  private static Variable sliced(TorchArguments in) {
    Variable y = in.x();
    for (int axis = 0; axis < in.attr("slices").size(); axis++) {
      JsonNode range = in.attr("slices").path(axis);
      int size = y.shape().dim(axis);
      int from = range.path(0).asInt(0), to = range.path(1).asInt(size);
      y = slice(
          y,
          axis,
          from < 0 ? from + size : from,
          Math.min(size, to < 0 ? to + size : to),
          range.path(2).asInt(1));
    }
    return y;
  }

  /** The last axis is the first of the list. */
  private static Variable padded(TorchArguments in) {
    int[] pad = in.integers("pad");
    Variable y = in.x();
    for (int i = 0; i < pad.length / 2; i++) {
      int axis = -1 - i, before = pad[2 * i], after = pad[2 * i + 1];
      y = switch (in.attr("mode").asText("constant")) {
        case "reflect" -> padReflected(y, axis, before, after);
        case "replicate" -> padReplicated(y, axis, before, after);
        case "circular" -> padCircular(y, axis, before, after);
        default -> pad(y, axis, before, after, in.number("value"));
      };
    }
    return y;
  }
}
