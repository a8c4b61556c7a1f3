package brume.tests.golden;

import brume.autograd.Variable;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An operation of PyTorch in terms of Brume's functions.
 *
 * @param name of the operation
 * @param knows whether Brume has what the arguments ask for
 * @param apply computes the outputs, in the order of their names
 */
record TorchOp(
    String name, Predicate<GoldenCase> knows, Function<TorchArguments, List<Variable>> apply) {

  static TorchOp op(String name, Function<TorchArguments, Variable> apply) {
    return new TorchOp(name, asked -> true, in -> List.of(apply.apply(in)));
  }

  static TorchOp several(String name, Function<TorchArguments, List<Variable>> apply) {
    return new TorchOp(name, asked -> true, apply);
  }

  /** The same operation, but only some of its cases. */
  TorchOp when(Predicate<GoldenCase> condition) {
    return new TorchOp(name, condition, apply);
  }
}
