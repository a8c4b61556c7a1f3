package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.nn.optim.EmaRule.EmaPytorch;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Moving averages of parameters, as ema-pytorch and ddpm-torch keep them. */
final class Averages implements CaseRunner {

  private static final Map<String, EmaPytorch.Version> VERSIONS =
      Map.of("0.2.3", EmaPytorch.Version.V0_2_3, "0.7.9", EmaPytorch.Version.V0_7_9);

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    String system = attrs.path("system").asText();
    return asked.kind().equals("optim")
        && asked.has("input.param")
        && (system.equals("tqch")
            || system.equals("ema-pytorch")
                && VERSIONS.containsKey(attrs.path("version").asText()));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode attrs = asked.attrs();
    if (attrs.path("system").asText().equals("tqch")) {
      EmaRule rule = new EmaRule.DdpmTorch(attrs.path("decay").asDouble());
      results.check("output.shadow", follow(asked, "input.param", rule, on));
      return;
    }
    EmaPytorch rule = rule(attrs, VERSIONS.get(attrs.path("version").asText()));
    results.check("output.ema_param", follow(asked, "input.param", rule, on));
    results.check("output.ema_buffer", follow(asked, "input.buffer", rule, on));
    double[] decays = new double[attrs.path("calls").asInt()];
    Arrays.setAll(decays, rule::decay);
    results.check("output.decay", decays);
  }

  static EmaPytorch rule(JsonNode attrs, EmaPytorch.Version version) {
    return new EmaPytorch(
        version,
        attrs.path("beta").asDouble(),
        attrs.path("update_every").asLong(),
        attrs.path("update_after_step").asLong(),
        attrs.path("inv_gamma").asDouble(),
        attrs.path("power").asDouble(),
        attrs.path("min_value").asDouble(0));
  }

  /** The average after each call, row by row. */
  private static double[] follow(GoldenCase asked, String values, EmaRule rule, Backend on) {
    int rows = asked.shape(values)[0], columns = asked.shape(values)[1];
    double[] given = asked.doubles(values);
    Tensor p = Tensor.of(on, Shape.of(columns), Arrays.copyOf(given, columns));
    NamedParameter parameter = new NamedParameter("p", Variable.parameter(p), StoredLayout.SAME);
    Ema ema = new Ema(rule, List.of(parameter));
    Tensor average = ema.state().get(0).variable().value();
    double[] averages = new double[(rows - 1) * columns];
    for (int row = 1; row < rows; row++) {
      p.copyFrom(Arrays.copyOfRange(given, row * columns, (row + 1) * columns));
      ema.update();
      System.arraycopy(average.toDoubles(), 0, averages, (row - 1) * columns, columns);
    }
    return averages;
  }
}
