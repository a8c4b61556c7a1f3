package brume.tests.golden;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Muon;
import brume.nn.optim.Optimizer;
import brume.nn.optim.Sgd;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam, AdamW, Muon and gradient descent on stored gradients. */
final class Optimizers implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return asked.kind().equals("optim")
        && List.of("Adam", "AdamW", "Muon", "SGD")
            .contains(attrs.path("optimizer").asText())
        && !attrs.path("amsgrad").asBoolean();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    List<NamedParameter> parameters = parameters(asked, on);
    Optimizer optimizer = optimizer(asked.attrs(), parameters);
    int steps = asked.attrs().path("steps").asInt();
    Map<String, double[]> histories = new LinkedHashMap<>();
    for (int k = 0; k < steps; k++) {
      try (Scope step = Scope.open()) {
        optimizer.step(gradients(asked, parameters, k), asked.attrs().path("lr").asDouble());
      }
      for (NamedParameter p : parameters) {
        double[] now = p.variable().value().toDoubles();
        double[] history =
            histories.computeIfAbsent(p.path(), name -> new double[steps * now.length]);
        System.arraycopy(now, 0, history, k * now.length, now.length);
      }
    }
    histories.forEach((name, history) -> results.check("output." + name, history));
    for (NamedParameter state : optimizer.state()) {
      if (asked.has("output.state." + state.path())) {
        results.check("output.state." + state.path(), state.variable().value().toDoubles());
      }
    }
  }

  private static List<NamedParameter> parameters(GoldenCase asked, Backend on) {
    List<NamedParameter> parameters = new ArrayList<>();
    for (String name : asked.inputs()) {
      if (!name.startsWith("grad.")) {
        Variable p = Variable.parameter(ChannelsLast.loadAsIs(asked, "input." + name, on));
        parameters.add(new NamedParameter(name, p, StoredLayout.SAME));
      }
    }
    return parameters;
  }

  private static Optimizer optimizer(JsonNode attrs, List<NamedParameter> parameters) {
    double decay = attrs.path("weight_decay").asDouble();
    if (attrs.path("optimizer").asText().equals("SGD")) {
      double momentum = attrs.path("momentum").asDouble();
      boolean nesterov = attrs.path("nesterov").asBoolean();
      return new Sgd(
          parameters,
          new Sgd.Config(momentum, attrs.path("dampening").asDouble(), nesterov, decay));
    }
    boolean l2 = attrs.path("optimizer").asText().equals("Adam");
    JsonNode betas = attrs.path("betas");
    double eps = attrs.path("eps").asDouble();
    AdamConfig adam =
        new AdamConfig(betas.path(0).asDouble(), betas.path(1).asDouble(), eps, decay, !l2);
    if (attrs.path("optimizer").asText().equals("Muon")) {
      double momentum = attrs.path("momentum").asDouble();
      return new Muon(
          parameters, new Muon.Config(momentum, attrs.path("nesterov").asBoolean(), adam));
    }
    return new Adam(parameters, adam);
  }

  /** The stored gradients of step k. */
  private static Gradients gradients(GoldenCase asked, List<NamedParameter> parameters, int k) {
    Map<Variable, double[]> gradients = new LinkedHashMap<>();
    for (NamedParameter p : parameters) {
      double[] all = asked.doubles("input.grad." + p.path());
      int size = p.variable().shape().size();
      gradients.put(p.variable(), Arrays.copyOfRange(all, k * size, (k + 1) * size));
    }
    return gradients(gradients);
  }

  /** Given numbers as the gradients of a loss made for the purpose, Σ p·g. */
  static Gradients gradients(Map<Variable, double[]> given) {
    Variable loss = null;
    for (Map.Entry<Variable, double[]> entry : given.entrySet()) {
      Tensor p = entry.getKey().value();
      Shape shape = p.shape();
      Variable g = Variable.constant(Tensor.of(p.device(), shape, entry.getValue()));
      Variable part = sum(multiply(entry.getKey(), g));
      loss = loss == null ? part : add(loss, part);
    }
    if (loss == null) {
      throw new IllegalArgumentException("expected a gradient at least");
    }
    return loss.backward();
  }
}
