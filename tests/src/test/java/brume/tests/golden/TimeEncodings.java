package brume.tests.golden;

import brume.nn.layer.TimeEncoding;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** Sines and cosines of times, in the order and with the frequencies of Brume's networks. */
final class TimeEncodings implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("op") && asked.op().equals("timestep_embedding");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode attrs = asked.attrs();
    double[] times = Arrays.stream(asked.longs("input.t")).asDoubleStream().toArray();
    TimeEncoding.Sinusoidal encoding = new TimeEncoding.Sinusoidal(
        attrs.path("max_period").asDouble(),
        attrs.path("order").asText().equals("cos_sin"),
        attrs.path("downscale_freq_shift").asDouble());
    results.check("output.y", encoding.encode(times, attrs.path("dim").asInt()));
  }
}
