package brume.tests.golden;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.guidance.ClassifierFree;
import brume.nn.Condition;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** What classifier-free guidance makes of two outputs, and its gradients. */
final class GuidanceRunner implements CaseRunner {

  static final String SYSTEM = "lucidrains_guidance";

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("function")
        && asked.attrs().path("system").asText().equals(SYSTEM)
        && asked.attrs().path("function").asText().equals("forward_with_cond_scale");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Variable known = Variable.parameter(ChannelsLast.load(asked, "input.logits", on));
    Variable unknown = Variable.parameter(ChannelsLast.load(asked, "input.null_logits", on));
    Variable guided = guidance(asked.attrs()).guided(known, unknown);
    results.check("output.guided", guided.value());
    Gradients gradients = guided.backward(ChannelsLast.load(asked, "grad.output.guided", on));
    results.check("grad.input.logits", gradients.of(known).orElseThrow());
    results.check(
        "grad.input.null_logits",
        gradients
            .of(unknown)
            .map(ChannelsLast::unload)
            .orElse(new double[unknown.shape().size()]));
  }

  static ClassifierFree guidance(JsonNode attrs) {
    boolean removes = attrs.path("remove_parallel_component").asBoolean();
    return new ClassifierFree(
        attrs.path("cond_scale").asDouble(),
        attrs.path("rescaled_phi").asDouble(),
        removes ? attrs.path("keep_parallel_frac").asDouble() : 1);
  }

  /** (N) the classes of a case, none where its mask says so. */
  static int[] labels(GoldenCase asked) {
    int[] labels =
        Arrays.stream(asked.longs("input.classes")).mapToInt(Math::toIntExact).toArray();
    if (asked.has("input.keep_mask")) {
      double[] keeps = asked.doubles("input.keep_mask");
      Arrays.setAll(labels, n -> keeps[n] == 0 ? Condition.NO_CLASS : labels[n]);
    }
    return labels;
  }
}
