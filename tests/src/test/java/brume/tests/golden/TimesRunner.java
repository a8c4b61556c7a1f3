package brume.tests.golden;

import brume.diffusion.sampler.SectionSpacing;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Lists of times that samplers visit. */
final class TimesRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("times")
        && (asked.attrs().has("pairs") || asked.attrs().has("specs"))
        && asked.outputs().stream()
            .allMatch(name -> name.matches("((lucidrains|linear|quadratic)\\.)?T\\d+_.+"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    for (JsonNode pair : asked.attrs().path("pairs")) {
      int steps = pair.get(0).asInt(), count = pair.get(1).asInt();
      String end = Text.of(".T%d_S%d", steps, count);
      for (String spacing : new String[] {"lucidrains", "linear", "quadratic"}) {
        String tensor = "output." + spacing + end;
        if (asked.has(tensor)) {
          results.check(tensor, longs(times(spacing, steps, count)));
        }
      }
    }
    for (JsonNode spec : asked.attrs().path("specs")) {
      int steps = spec.get(0).asInt();
      String counts = spec.get(1).asText();
      results.check(
          Text.of("output.T%d_%s", steps, counts.replace(',', '_')),
          longs(respacing(steps, counts)));
    }
  }

  private static int[] times(String spacing, int steps, int count) {
    return switch (spacing) {
      case "linear" -> TimestepSpacing.STRIDED.times(steps, count);
      case "quadratic" -> TimestepSpacing.QUADRATIC.times(steps, count);
      default -> {
        int[] ascending = TimestepSpacing.UNIFORM.times(steps, count);
        yield IntStream.rangeClosed(0, count)
            .map(i -> i == count ? -1 : ascending[count - 1 - i])
            .toArray();
      }
    };
  }

  /** The times of improved-diffusion's {@code timestep_respacing}. */
  static int[] respacing(int steps, String spec) {
    return spec.startsWith("ddim")
        ? TimestepSpacing.WHOLE_STRIDE.times(steps, Integer.parseInt(spec.substring(4)))
        : new SectionSpacing(
                Arrays.stream(spec.split(",")).map(Integer::valueOf).toList())
            .times(steps);
  }

  private static long[] longs(int[] times) {
    return Arrays.stream(times).asLongStream().toArray();
  }
}
