package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.Reference;
import brume.diffusion.metric.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Data that samples are compared with, looked at before any sample is. */
final class DataSeen {

  private DataSeen() {}

  /**
   * Looks at data, unless somebody has before, and tells how far that has come.
   *
   * @param choice what will be told; refused where there are too few samples or data for it
   * @param samples that will be compared
   * @param option that tells how many samples there are
   * @param data to compare with
   * @param extractor looks at them
   * @param quantized whether values are rounded as those of samples are
   * @param folder where what was seen is kept
   */
  static Evaluation evaluation(
      MetricChoice choice,
      int samples,
      String option,
      Dataset data,
      FeatureExtractor extractor,
      boolean quantized,
      Path folder)
      throws IOException {
    int most = Math.min(Reference.MOST, data.size());
    Map<String, Metric> metrics = choice.compared(extractor, samples, most, option);
    try (TerminalProgress progress = new TerminalProgress("looking at the data", 0, most)) {
      Reference reference = Reference.of(
          data, extractor, quantized, folder, done -> progress.evenlyAt(done, "samples"));
      if (reference.found()) {
        progress.say("the data were looked at before: " + reference.kept());
      }
      return new Evaluation(metrics, reference, extractor);
    }
  }
}
