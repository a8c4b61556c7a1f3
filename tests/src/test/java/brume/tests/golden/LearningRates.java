package brume.tests.golden;

import static java.util.Map.entry;

import brume.nn.optim.LearningRate;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Learning rates of many steps, as PyTorch, diffusers and denoising-diffusion-pytorch set them. */
final class LearningRates implements CaseRunner {

  private static final double POLYNOMIAL_END = 1e-7; // lr_end of diffusers
  private static final Pattern PIECE = Pattern.compile("([\\d.]+):(\\d+),");

  private static final Map<String, Function<JsonNode, LearningRate>> KNOWN = Map.ofEntries(
      entry("warmup_lambda", s -> LearningRate.constant(lr(s))
          .withWarmup(s.path("warmup").asLong())),
      entry(
          "cosine_annealing",
          s -> LearningRate.cosine(
              lr(s), s.path("eta_min").asDouble(), s.path("T_max").asLong())),
      entry("exponential", s -> LearningRate.exponential(lr(s), s.path("gamma").asDouble())),
      entry(
          "multi_step",
          s -> LearningRate.multiStep(
              lr(s), s.path("gamma").asDouble(), longs(s.path("milestones")))),
      entry("constant", s -> LearningRate.constant(lr(s))),
      entry("constant_with_warmup", s -> LearningRate.constant(lr(s))),
      entry("linear", s -> LearningRate.linear(lr(s), steps(s))),
      entry("cosine", s -> LearningRate.cosine(lr(s), 0, steps(s))),
      entry(
          "cosine_with_restarts",
          s -> LearningRate.cosineWithRestarts(lr(s), 0, s.path("num_cycles").asInt(), steps(s))),
      entry(
          "polynomial",
          s -> LearningRate.polynomial(
              lr(s), POLYNOMIAL_END, s.path("power").asDouble(1), steps(s))),
      entry("piecewise_constant", s -> pieces(lr(s), s.path("step_rules").asText())),
      entry(
          "inverse_square_root",
          s -> LearningRate.inverseSquareRoot(
              lr(s) * s.path("sigma_ref").asDouble(), s.path("t_ref").asLong())));

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode schedules = asked.attrs().path("schedules");
    List<String> names = names(schedules);
    return asked.kind().equals("optim")
        && !names.isEmpty()
        && names.stream().allMatch(name -> KNOWN.containsKey(kind(name, schedules.path(name))));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode schedules = asked.attrs().path("schedules");
    for (String name : names(schedules)) {
      JsonNode settings = schedules.path(name);
      LearningRate rate =
          Objects.requireNonNull(KNOWN.get(kind(name, settings))).apply(settings);
      LearningRate warmed = rate.afterWarmup(settings.path("num_warmup_steps").asLong(0));
      long[] steps = asked.has("output.steps")
          ? asked.longs("output.steps")
          : LongStream.range(0, asked.shape("output." + name)[0]).toArray();
      results.check(
          "output." + name, Arrays.stream(steps).mapToDouble(warmed::at).toArray());
    }
    if (asked.has("output.steps")) {
      results.skip("output.steps"); // where the rates are asked
    }
  }

  /** The name of diffusers, or what its numbers say, or the name in the case. */
  private static String kind(String name, JsonNode settings) {
    return settings.has("sigma_ref")
        ? "inverse_square_root"
        : settings.path("name").asText(name);
  }

  /** Steps after the warm-up. */
  private static long steps(JsonNode s) {
    return s.path("num_training_steps").asLong() - s.path("num_warmup_steps").asLong();
  }

  /** From the words of diffusers: {@code factor:until,factor:until,last}. */
  private static LearningRate pieces(double rate, String words) {
    List<LearningRate.Piece> pieces = PIECE
        .matcher(words)
        .results()
        .map(piece -> new LearningRate.Piece(
            Long.parseLong(piece.group(2)), Double.parseDouble(piece.group(1))))
        .toList();
    double last = Double.parseDouble(words.substring(words.lastIndexOf(',') + 1));
    return LearningRate.piecewiseConstant(rate, pieces, last);
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
