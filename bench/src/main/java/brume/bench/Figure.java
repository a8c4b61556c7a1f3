package brume.bench;

import brume.tensor.Text;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * How fast one benchmark runs with one shape.
 *
 * @param benchmark class and method, {@code MatmulBench.multiply} for example
 * @param shape its parameters but for backend and threads
 * @param threads threads that compute
 * @param opsPerS operations per second
 * @param gflopPerS billions of additions and multiplications per second; 0 if they are not counted
 * @param gbytePerS billions of bytes per second that had to be read or written; 0 if not counted
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
record Figure(
    String benchmark,
    String shape,
    int threads,
    double opsPerS,
    double gflopPerS,
    double gbytePerS) {

  /** Reads the result of a benchmark, with its parameters sorted by name. */
  static Figure of(RunResult result) {
    BenchmarkParams params = result.getParams();
    String name = params.getBenchmark();
    return new Figure(
        benchmark(params),
        shape(params),
        threads(params),
        score(result.getPrimaryResult(), name),
        score(result.getSecondaryResults().get("gflop"), name),
        score(result.getSecondaryResults().get("gbyte"), name));
  }

  /** Whether it tells what the machine can do, not what a kernel does. */
  boolean isYardstick() {
    return benchmark.startsWith("Roofline.");
  }

  /** What it is the figure of. */
  String name() {
    return Text.of("%s, %s, %d", benchmark, shape, threads);
  }

  /** What is going to be measured. */
  static String label(BenchmarkParams params) {
    String work = Text.of("%s %s", benchmark(params), shape(params)).strip();
    return Text.of("%s, threads %d", work, threads(params));
  }

  private static String benchmark(BenchmarkParams params) {
    String name = params.getBenchmark();
    return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
  }

  private static String shape(BenchmarkParams params) {
    return params.getParamsKeys().stream()
        .filter(key -> !key.equals("backend") && !key.equals("threads"))
        .sorted()
        .map(params::getParam)
        .collect(Collectors.joining(" "));
  }

  private static int threads(BenchmarkParams params) {
    if (!params.getParamsKeys().contains("threads")) {
      return params.getThreads();
    }
    int threads = Integer.parseInt(params.getParam("threads"));
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** The median of the iterations; of the yardstick, which others are parts of, the best one. */
  private static double score(@Nullable Result<?> result, String benchmark) {
    if (result == null) {
      return 0;
    }
    boolean yardstick = benchmark.startsWith(Roofline.class.getName());
    Statistics iterations = result.getStatistics();
    return yardstick ? iterations.getMax() : iterations.getPercentile(50);
  }
}
