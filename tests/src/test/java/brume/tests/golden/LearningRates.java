package brume.tests.golden;

import brume.nn.optim.LearningRate;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Learning rates of many steps. */
final class LearningRates implements CaseRunner {

  private static final Map<String, Function<JsonNode, LearningRate>> KNOWN = Map.of(
      "warmup_lambda",
          s -> LearningRate.constant(lr(s)).withWarmup(s.path("warmup").asLong()),
      "cosine_annealing",
          s -> LearningRate.cosine(
              lr(s), s.path("eta_min").asDouble(), s.path("T_max").asLong()),
      "exponential", s -> LearningRate.exponential(lr(s), s.path("gamma").asDouble()),
      "multi_step",
          s -> LearningRate.multiStep(
              lr(s), s.path("gamma").asDouble(), longs(s.path("milestones"))));

  @Override
  public boolean knows(GoldenCase asked) {
    Set<String> names = Set.copyOf(names(asked.attrs().path("schedules")));
    return asked.kind().equals("optim") && !names.isEmpty() && KNOWN.keySet().containsAll(names);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode schedules = asked.attrs().path("schedules");
    for (String name : names(schedules)) {
      LearningRate rate = KNOWN.get(name).apply(schedules.path(name));
      double[] rates = new double[schedules.path(name).path("steps").asInt()];
      Arrays.setAll(rates, rate::at);
      results.check("output." + name, rates);
    }
  }

  private static List<String> names(JsonNode schedules) {
    List<String> names = new ArrayList<>();
    schedules.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static double lr(JsonNode schedule) {
    return schedule.path("lr").asDouble();
  }

  private static long[] longs(JsonNode list) {
    long[] values = new long[list.size()];
    Arrays.setAll(values, i -> list.path(i).asLong());
    return values;
  }
}
