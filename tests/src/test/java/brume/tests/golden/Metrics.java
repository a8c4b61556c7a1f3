package brume.tests.golden;

import brume.diffusion.metric.ClipScore;
import brume.diffusion.metric.DensityCoverage;
import brume.diffusion.metric.FrechetDistance;
import brume.diffusion.metric.Histogram2d;
import brume.diffusion.metric.InceptionScore;
import brume.diffusion.metric.KernelDistance;
import brume.diffusion.metric.Manifold;
import brume.diffusion.metric.Moments;
import brume.diffusion.metric.PrecisionRecall;
import brume.diffusion.metric.Rounding;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** Distances between samples and data, which are computed on the host whatever the backend. */
final class Metrics implements CaseRunner {

  /** One metric. */
  @FunctionalInterface
  private interface Metric {
    void run(GoldenCase asked, Comparison results);
  }

  private static final Map<String, Metric> KNOWN = Map.of(
      "clip_score", Metrics::clipScore,
      "frechet_distance", Metrics::frechetDistance,
      "inception_score", Metrics::inceptionScore,
      "improved precision and recall", Metrics::precisionRecall,
      "kid", Metrics::kernelDistance,
      "prdc", Metrics::densityCoverage,
      "running mean and covariance", Metrics::moments,
      "2-d histogram and its KL", Metrics::histogram);

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return asked.kind().equals("metric")
        && KNOWN.containsKey(attrs.path("metric").asText())
        && attrs.path("ddof").asInt(1) == 1;
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    KNOWN.get(asked.attrs().path("metric").asText()).run(asked, results);
  }

  private static void frechetDistance(GoldenCase asked, Comparison results) {
    Moments first = Moments.of(rows(asked, "features1"));
    Moments second = Moments.of(rows(asked, "features2"));
    if (asked.attrs().path("ddof").isArray()) {
      results.check("output.cov1_ddof0", flat(first.populationCovariance()));
      results.check("output.cov2_ddof0", flat(second.populationCovariance()));
      results.check("output.frechet_ddof0", FrechetDistance.betweenPopulations(first, second));
      results.check("output.cov1_ddof1", flat(first.covariance()));
      results.check("output.cov2_ddof1", flat(second.covariance()));
      results.check("output.frechet_ddof1", FrechetDistance.between(first, second));
      return;
    }
    results.check("output.mean1", first.mean());
    results.check("output.mean2", second.mean());
    results.check("output.cov1", flat(first.covariance()));
    results.check("output.cov2", flat(second.covariance()));
    double distance = FrechetDistance.between(first, second);
    results.check("output.frechet", distance);
    if (asked.has("output.frechet_pytorch_fid")) {
      results.check("output.frechet_pytorch_fid", distance);
    }
    results.check("output.frechet_self", FrechetDistance.between(first, first));
  }

  private static void inceptionScore(GoldenCase asked, Comparison results) {
    InceptionScore score =
        InceptionScore.of(rows(asked, "logits"), asked.attrs().path("splits").asInt());
    results.check("output.scores", score.scores());
    results.check("output.mean", score.mean());
    results.check("output.std", score.deviation());
  }

  /** Without rounding: the cases are such that it changes no membership. */
  private static void precisionRecall(GoldenCase asked, Comparison results) {
    int k = asked.attrs().path("k").asInt();
    Manifold real = Manifold.of(rows(asked, "real"), k, Rounding.NONE);
    Manifold generated = Manifold.of(rows(asked, "generated"), k, Rounding.NONE);
    results.check("output.radii_real", real.radii());
    results.check("output.radii_generated", generated.radii());
    Manifold realInHalves = Manifold.of(rows(asked, "real"), k, Rounding.HALF);
    Manifold generatedInHalves = Manifold.of(rows(asked, "generated"), k, Rounding.HALF);
    results.check("output.generated_in_real", numbers(realInHalves.contains(generatedInHalves)));
    results.check("output.real_in_generated", numbers(generatedInHalves.contains(realInHalves)));
    PrecisionRecall shares = PrecisionRecall.between(real, generated);
    results.check("output.precision", shares.precision());
    results.check("output.recall", shares.recall());
  }

  private static void kernelDistance(GoldenCase asked, Comparison results) {
    double[] distances = KernelDistance.ofSubsets(
        rows(asked, "features1"),
        rows(asked, "features2"),
        numbers(asked, "subsets1"),
        numbers(asked, "subsets2"));
    double mean = Arrays.stream(distances).average().orElseThrow();
    double variance =
        Arrays.stream(distances).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
    results.check("output.mmd", distances);
    results.check("output.kid", mean);
    results.check("output.std", Math.sqrt(variance));
  }

  /** Precision and recall of this package count surfaces in, and no case has a sample on one. */
  private static void densityCoverage(GoldenCase asked, Comparison results) {
    int k = asked.attrs().path("k").asInt();
    double[][] real = rows(asked, "real"), fake = rows(asked, "fake");
    Manifold ofReal = Manifold.of(real, k, Rounding.NONE),
        ofFake = Manifold.of(fake, k, Rounding.NONE);
    results.check("output.radii_real", ofReal.radii());
    results.check("output.radii_fake", ofFake.radii());
    PrecisionRecall shares = PrecisionRecall.between(ofReal, ofFake);
    results.check("output.precision", shares.precision());
    results.check("output.recall", shares.recall());
    DensityCoverage both = DensityCoverage.between(real, fake, k);
    results.check("output.density", both.density());
    results.check("output.coverage", both.coverage());
  }

  /**
   * The convention of torchmetrics clamps the mean, not the pairs. Similarities are stored with a row for
   * each picture.
   */
  private static void clipScore(GoldenCase asked, Comparison results) {
    double[][] texts = rows(asked, "text_embeddings"), pictures = rows(asked, "image_embeddings");
    ClipScore score = ClipScore.of(texts, pictures);
    double[] cosines = score.cosines();
    double cosine = Arrays.stream(cosines).average().orElseThrow();
    results.check("output.similarity", flat(ClipScore.of(pictures, texts).similarity()));
    results.check("output.cosine", cosines);
    results.check("output.clip_score", score.scores());
    results.check("output.mean", score.mean());
    results.check("output.torchmetrics", 100 * Math.max(cosine, 0));
    results.check(
        "output.w2.5",
        Arrays.stream(cosines).map(each -> 2.5 * Math.max(each, 0)).toArray());
    results.check("output.r_precision", score.precision());
  }

  private static int[][] numbers(GoldenCase asked, String input) {
    return Stream.of(rows(asked, input))
        .map(row -> Arrays.stream(row).mapToInt(x -> (int) x).toArray())
        .toArray(int[][]::new);
  }

  private static void moments(GoldenCase asked, Comparison results) {
    double[][] rows = rows(asked, "features");
    Moments moments = new Moments(rows[0].length);
    int batch = 0, first = 0;
    for (JsonNode size : asked.attrs().path("batch_sizes")) {
      moments.add(Arrays.copyOfRange(rows, first, first + size.asInt()));
      first += size.asInt();
      results.check("output.running_mean." + batch, moments.mean());
      results.check("output.running_var." + batch, flat(moments.populationCovariance()));
      batch++;
    }
    results.check("output.mean", moments.mean());
    results.check("output.cov", flat(moments.covariance()));
  }

  private static void histogram(GoldenCase asked, Comparison results) {
    int bins = asked.attrs().path("bins").asInt();
    double range = asked.attrs().path("value_range").asDouble();
    Histogram2d a = Histogram2d.of(asked.doubles("input.a"), bins, range);
    Histogram2d b = Histogram2d.of(asked.doubles("input.b"), bins, range);
    results.check("output.hist_a", Arrays.stream(a.counts()).asDoubleStream().toArray());
    results.check("output.hist_b", Arrays.stream(b.counts()).asDoubleStream().toArray());
    results.check("output.kl", b.divergenceFrom(a));
  }

  private static double[][] rows(GoldenCase asked, String input) {
    int[] shape = asked.shape("input." + input);
    double[] all = asked.doubles("input." + input);
    double[][] rows = new double[shape[0]][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * shape[1], (i + 1) * shape[1]));
    return rows;
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[] numbers(boolean[] flags) {
    double[] numbers = new double[flags.length];
    for (int i = 0; i < flags.length; i++) {
      numbers[i] = flags[i] ? 1 : 0;
    }
    return numbers;
  }
}
