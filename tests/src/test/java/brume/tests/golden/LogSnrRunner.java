package brume.tests.golden;

import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Signal-to-noise ratios in continuous time. */
final class LogSnrRunner implements CaseRunner {

  private static final Pattern RANGE = Pattern.compile("cosine_min(-?[0-9.]+)_max(-?[0-9.]+)");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("schedule") && laws(asked).keySet().containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    laws(asked).forEach((name, law) -> {
      double[] times = name.endsWith("_at_1") ? new double[] {1} : asked.doubles("input.time");
      if (asked.has("output." + name)) {
        results.check("output." + name, Arrays.stream(times).map(law::at).toArray());
      }
    });
  }

  private static Map<String, LogSnr> laws(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    Map<String, LogSnr> laws = new HashMap<>();
    switch (ContinuousCases.system(asked)) {
      case ContinuousCases.LOG_SNR -> {
        laws.put("linear", new LogSnrs.Linear().create());
        laws.put("linear_at_1", new LogSnrs.Linear().create());
        laws.put("cosine", new LogSnrs.Cosine(attrs.path("s").asDouble()).create());
      }
      case ContinuousCases.SIMPLE -> {
        double side = attrs.path("image_d").asDouble();
        double low = attrs.path("noise_d_low").asDouble() / side;
        double high = attrs.path("noise_d_high").asDouble() / side;
        double one = attrs.path("noise_d").asDouble() / side;
        laws.put("cosine", bounded(attrs, 1, 1));
        laws.put("shifted", bounded(attrs, one, one));
        laws.put("interpolated", bounded(attrs, low, high));
        for (String name : asked.outputs()) {
          Matcher range = RANGE.matcher(name);
          if (range.matches()) {
            double min = Double.parseDouble(range.group(1));
            double max = Double.parseDouble(range.group(2));
            laws.put(name, new LogSnrs.Bounded(min, max, 1, 1).create());
          }
        }
      }
      default -> {}
    }
    return laws;
  }

  private static LogSnr bounded(JsonNode attrs, double noiseRatio, double dataRatio) {
    return new LogSnrs.Bounded(
            attrs.path("logsnr_min").asDouble(),
            attrs.path("logsnr_max").asDouble(),
            noiseRatio,
            dataRatio)
        .create();
  }
}
