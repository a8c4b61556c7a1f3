package brume.tests.golden;

import brume.autograd.Gradients;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;

/** A learned fall of the signal-to-noise ratio, with the parameters of a case. */
final class LearnedSchedule {

  private final Parameters at;
  private final LogSnr logSnr;

  private LearnedSchedule(Parameters at, LogSnr logSnr) {
    this.at = at;
    this.logSnr = logSnr;
  }

  static boolean isIn(JsonNode attrs) {
    return attrs.path("noise_schedule").asText().equals("learned");
  }

  private static LogSnrs.Learned settings(JsonNode attrs) {
    return new LogSnrs.Learned(
        attrs.path("learned_schedule_net_hidden_dim").asInt(1024),
        attrs.path("learned_noise_schedule_frac_gradient").asDouble(1));
  }

  /** Loads the parameters. */
  static LearnedSchedule of(GoldenCase asked, Backend on) {
    Parameters at = Parameters.of(on, RandomKey.of(0));
    LogSnr logSnr = settings(asked.attrs()).create(at);
    for (NamedParameter parameter : at.all()) {
      var value = parameter.variable().value();
      ElementwiseKernels.of(value)
          .affine(1, ChannelsLast.loadAsIs(asked, "param." + parameter.path(), on), 0, value);
    }
    return new LearnedSchedule(at, logSnr);
  }

  LogSnr logSnr() {
    return logSnr;
  }

  /** Compares the gradients of the parameters. */
  void check(Gradients gradients, Comparison results) {
    for (NamedParameter parameter : at.all()) {
      results.checkAsIs(
          "grad.param." + parameter.path(), gradients.of(parameter.variable()).orElseThrow());
    }
  }
}
