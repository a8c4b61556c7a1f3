package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.optimize.PostHoc;
import brume.diffusion.optimize.PostHoc.Profile;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.nn.optim.EmaRule.EmaPytorch;
import brume.nn.optim.EmaRule.PowerFunction;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Moving averages of parameters, as ema-pytorch, ddpm-torch and EDM2 keep them. */
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
            || system.equals("edm2")
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
    if (attrs.path("system").asText().equals("edm2")) {
      runPowerFunctions(asked, on, results);
      return;
    }
    EmaPytorch.Version version = VERSIONS.get(attrs.path("version").asText());
    EmaPytorch rule = asked.toString().endsWith("defaults_of_the_trainer")
        ? EmaPytorch.ofTrainer(version, attrs.path("beta").asDouble())
        : rule(attrs, version);
    results.check("output.ema_param", follow(asked, "input.param", rule, on));
    results.check("output.ema_buffer", follow(asked, "input.buffer", rule, on));
    double[] decays = new double[attrs.path("calls").asInt()];
    Arrays.setAll(decays, rule::decay);
    results.check("output.decay", decays);
  }

  /** Averages of several widths, and one of the width that is rebuilt from them. */
  private static void runPowerFunctions(GoldenCase asked, Backend on, Comparison results) {
    JsonNode attrs = asked.attrs();
    int calls = attrs.path("calls").asInt(), columns = asked.shape("input.param")[1];
    List<PowerFunction> rules = new ArrayList<>();
    attrs.path("stds").forEach(std -> rules.add(PowerFunction.ofWidth(std.asDouble())));
    PowerFunction target = PowerFunction.ofWidth(attrs.path("target_std").asDouble());
    results.check(
        "output.gamma",
        Stream.concat(rules.stream(), Stream.of(target))
            .mapToDouble(PowerFunction::gamma)
            .toArray());

    double[] all = new double[calls * rules.size() * columns]; // call by call, rule by rule
    List<double[]> snapshots = new ArrayList<>(); // rule by rule
    for (int i = 0; i < rules.size(); i++) {
      double[] average = follow(asked, "input.param", rules.get(i), on);
      for (int call = 0; call < calls; call++) {
        int to = (call * rules.size() + i) * columns;
        System.arraycopy(average, call * columns, all, to, columns);
      }
      attrs.path("snapshots").forEach(call -> snapshots.add(row(average, call.asInt(), columns)));
    }
    results.check("output.ema", all);
    results.check(
        "output.snapshots", snapshots.stream().flatMapToDouble(Arrays::stream).toArray());
    results.check("output.direct", row(follow(asked, "input.param", target, on), calls, columns));
    double[] weights = PostHoc.weights(profiles(attrs, rules), new Profile(calls, target.gamma()));
    results.check("output.weights", weights);
    double[] rebuilt = new double[columns];
    for (int i = 0; i < weights.length; i++) {
      for (int c = 0; c < columns; c++) {
        rebuilt[c] += weights[i] * snapshots.get(i)[c];
      }
    }
    results.check("output.reconstructed", rebuilt);
  }

  /** Of the snapshots, average by average. */
  private static List<Profile> profiles(JsonNode attrs, List<PowerFunction> rules) {
    List<Profile> profiles = new ArrayList<>();
    for (PowerFunction rule : rules) {
      attrs
          .path("snapshots")
          .forEach(call -> profiles.add(new Profile(call.asInt(), rule.gamma())));
    }
    return profiles;
  }

  /** What a call left, the first being 1. */
  private static double[] row(double[] rows, int call, int columns) {
    return Arrays.copyOfRange(rows, (call - 1) * columns, call * columns);
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
