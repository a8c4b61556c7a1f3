package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.FeatureSet;
import brume.diffusion.evaluation.Reference;
import brume.diffusion.metric.Metric;
import brume.diffusion.metric.Metrics;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.recipe.EvaluationSettings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Judges samples of a run while it learns, always of the same noise, and notes what they are worth in
 * {@code evaluations.jsonl}.
 */
final class Evaluating implements TrainingListener {

  private static final JsonMapper JSON = new JsonMapper();

  private final Recipe recipe;
  private final EvaluationSettings settings;
  private final RunFolder folder;
  private final Dataset data;
  private final Device device;
  private final Metric metric;
  private @Nullable Evaluation evaluation; // once the run begins
  private String noted = ""; // lines of evaluations so far
  private volatile boolean stopping;

  /**
   * Looks at nothing yet.
   *
   * @param recipe of the run
   * @param folder of the run
   * @param data it learns from, which samples are compared with
   * @param device where the model is
   */
  Evaluating(Recipe recipe, RunFolder folder, Dataset data, Device device) {
    this.recipe = recipe;
    this.settings = recipe.evaluation();
    this.folder = folder;
    this.data = data;
    this.device = device;
    this.metric = Metrics.CATALOG.named(settings.by().metric()).defaults();
  }

  /** Refuses evaluations of what does not draw from noise alone. */
  static void requirePossible(Recipe recipe) {
    UsageException.unless(
        recipe.evaluation().every() == 0
            || recipe.objective().draws()
                && recipe.condition().texts().isEmpty()
                && !(recipe.condition() instanceof SuperResolution),
        "--evaluate-every: expected 0 for a run that does not draw from noise alone, or is told texts, got "
            + recipe.evaluation().every());
  }

  /** The innermost scope, that of the run, owns what looks at samples. */
  @Override
  public void begins(int step, Model model) throws IOException {
    FeatureExtractor extractor = new FeatureOptions().of(recipe.data().shape(), device);
    String name = settings.by().metric();
    int most = Math.min(Reference.MOST, data.size());
    new MetricChoice(List.of(name), true)
        .compared(extractor, settings.count(), most, "--evaluate-count");
    try (TerminalProgress progress = new TerminalProgress("looking at the data", 0, most)) {
      Reference reference = Reference.of(
          data,
          extractor,
          DrawnTrial.isQuantized(recipe),
          folder.path().resolve("eval"),
          done -> progress.evenlyAt(done, "samples"));
      evaluation = new Evaluation(Map.of(name, metric), reference, extractor);
    }
    noted = notedUntil(step);
  }

  private String notedUntil(int step) throws IOException {
    StringBuilder kept = new StringBuilder();
    if (Files.exists(folder.evaluations())) {
      for (String line : Files.readAllLines(folder.evaluations(), StandardCharsets.UTF_8)) {
        if (stepOf(line) <= step) {
          kept.append(line).append('\n');
        }
      }
    }
    return kept.toString();
  }

  private int stepOf(String line) throws IOException {
    try {
      return JSON.readTree(line).path("step").asInt(Integer.MAX_VALUE);
    } catch (JsonProcessingException broken) {
      throw new IOException(
          folder.evaluations() + ": expected a line of JSON an evaluation, got another", broken);
    }
  }

  @Override
  public OptionalDouble evaluated(int step, Model average) throws IOException {
    Evaluation with = evaluation;
    if (with == null) {
      return OptionalDouble.empty();
    }
    FeatureSet seen = new FeatureSet(with.extractor(), DrawnTrial.isQuantized(recipe));
    try (Scope scope = Scope.open()) {
      draw(average, seen);
    } catch (CancellationException stopped) {
      return OptionalDouble.empty(); // training will stop, too, and says so
    }
    Map<String, Double> figures = with.of(seen).values();
    note(step, figures);
    return OptionalDouble.of(metric.score(figures));
  }

  private void draw(Model average, FeatureSet seen) throws IOException {
    Recipe quick = Ways.of(recipe, null, null).get(0).recipe();
    Drawing drawing = average.drawing(quick, recipe.seed(), Drawing.usualBatch(recipe.sampled()));
    Asked asked = Asked.inTurn(average, recipe, Classes.named(null, recipe.classes()));
    drawing.draw(
        asked,
        device,
        SampleNumbers.first(settings.count()),
        0,
        (done, of, first, x) -> {
          if (stopping) {
            throw new CancellationException("asked to stop while drawing");
          }
        },
        (first, values) -> seen.add(values));
  }

  private void note(int step, Map<String, Double> figures) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("step", step).put("samples", settings.count());
    figures.forEach(line.putObject("figures")::put);
    noted += line + "\n";
    AtomicFile.write(folder.evaluations(), noted.getBytes(StandardCharsets.UTF_8));
    Telling.event("evaluation", facts -> facts.setAll(line));
    if (!Telling.isJson()) {
      StringBuilder words = new StringBuilder();
      figures.forEach((name, value) -> words.append(Text.of(", %s %.3f", name, value)));
      Telling.say(Text.of("step %d: %d samples%s", step, settings.count(), words));
    }
  }

  @Override
  public void stopping() {
    stopping = true;
  }
}
