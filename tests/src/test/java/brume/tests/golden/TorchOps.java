package brume.tests.golden;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;

import brume.autograd.Gradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Single operations, forward and backward. */
final class TorchOps implements CaseRunner {

  private static final Map<String, TorchOp> OPS = Stream.of(
          ElementwiseOps.all(),
          RowOps.all(),
          LossOps.all(),
          ProductOps.all(),
          EinsumOps.all(),
          SpatialOps.all(),
          ResamplingOps.all(),
          LookupOps.all(),
          NormalizationOps.all(),
          MagnitudeOps.all(),
          AxisOps.all())
      .flatMap(List::stream)
      .collect(Collectors.toMap(TorchOp::name, Function.identity()));

  @Override
  public boolean knows(GoldenCase asked) {
    TorchOp op = OPS.get(asked.op());
    return asked.kind().equals("op") && op != null && op.knows().test(asked);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    TorchArguments arguments = new TorchArguments(asked, on);
    List<Variable> outputs = OPS.get(asked.op()).apply().apply(arguments);
    List<String> names = asked.outputs();
    for (int i = 0; i < names.size(); i++) {
      results.checkAsIs("output." + names.get(i), outputs.get(i).value());
    }
    if (asked.grads().isEmpty()) {
      return;
    }
    Gradients gradients;
    try (Tape.Watch unseen = Tape.watch(step -> {})) { // the sum is no part of the case
      gradients = loss(asked, on, outputs).backward();
    }
    for (String name : asked.grads()) {
      Variable of = arguments.tensor(name);
      results.checkAsIs("grad." + name, gradients.of(of).orElseThrow());
    }
  }

  /** Σ outputs·given gradients. */
  private static Variable loss(GoldenCase asked, Backend on, List<Variable> outputs) {
    Variable loss = Variable.constant(Tensor.of(on, Shape.of(), 0f));
    for (int i = 0; i < outputs.size(); i++) {
      String name = "grad.output." + asked.outputs().get(i);
      if (asked.has(name)) { // positions have none
        Variable dy = Variable.constant(ChannelsLast.loadAsIs(asked, name, on));
        loss = add(loss, sum(multiply(outputs.get(i), dy)));
      }
    }
    return loss;
  }
}
