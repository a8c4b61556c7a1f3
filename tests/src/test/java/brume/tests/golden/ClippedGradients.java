package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.optim.GradientClipping;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Clipping of gradients by their norm. */
final class ClippedGradients implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode type = asked.attrs().path("norm_type");
    return asked.kind().equals("optim") && (type.asInt() == 2 || type.asText().equals("inf"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Map<String, Variable> parameters = new LinkedHashMap<>();
    Map<Variable, double[]> given = new LinkedHashMap<>();
    for (String name : asked.inputs()) {
      Variable p = Variable.parameter(ChannelsLast.loadAsIs(asked, "input." + name, on));
      parameters.put(name, p);
      given.put(p, asked.doubles("input." + name));
    }
    GradientClipping.Measure measure = asked.attrs().path("norm_type").asText().equals("inf")
        ? GradientClipping.Measure.MAXIMUM
        : GradientClipping.Measure.EUCLIDEAN;
    GradientClipping clipping =
        new GradientClipping(measure, asked.attrs().path("max_norm").asDouble());
    GradientClipping.Clipped clipped = clipping.clip(Optimizers.gradients(given));
    results.check("output.total_norm", clipped.norm());
    parameters.forEach((name, p) ->
        results.checkAsIs("output." + name, clipped.gradients().of(p).orElseThrow()));
  }
}
