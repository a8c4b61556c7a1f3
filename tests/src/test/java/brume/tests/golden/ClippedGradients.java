package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.GradientClipping.Measure;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Clipping of gradients by their norm or value by value. */
final class ClippedGradients implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs(), type = attrs.path("norm_type");
    return asked.kind().equals("optim")
        && (type.asInt() == 2 || type.asText().equals("inf") || attrs.has("clip_value"));
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
    GradientClipping.Clipped clipped = clipping(asked.attrs()).clip(Optimizers.gradients(given));
    if (asked.has("output.total_norm")) {
      results.check("output.total_norm", clipped.norm());
    }
    parameters.forEach((name, p) ->
        results.checkAsIs("output." + name, clipped.gradients().of(p).orElseThrow()));
  }

  private static GradientClipping clipping(JsonNode attrs) {
    if (attrs.has("clip_value")) {
      return GradientClipping.byValue(attrs.path("clip_value").asDouble());
    }
    Measure measure =
        attrs.path("norm_type").asText().equals("inf") ? Measure.MAXIMUM : Measure.EUCLIDEAN;
    return new GradientClipping.ByNorm(measure, attrs.path("max_norm").asDouble());
  }
}
