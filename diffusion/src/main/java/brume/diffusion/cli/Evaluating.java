package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.FeatureSet;
import brume.diffusion.evaluation.Figures;
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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges samples of a run while it learns, always of the same noise, and notes what they are worth in
 * {@code evaluations.jsonl}.
 */
final class Evaluating implements TrainingListener {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String OPTION = "--evaluate-by";

  private final Recipe recipe;
  private final EvaluationSettings settings;
  private final RunFolder folder;
  private final Dataset data;
  private final Device device;
  private final MetricChoice choice;
  private @Nullable Judge judge; // once the run begins
  private String noted = ""; // lines of evaluations so far
  private volatile boolean stopping;

  /** Tells figures of a model. */
  @FunctionalInterface
  private interface Judge {
    Map<String, Double> figures(Model average) throws IOException;
  }

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
    this.choice = new MetricChoice(List.of(settings.by().metric()), true);
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
    new ModelTrial(OPTION, recipe, model, data, device).check(choice);
    judge = choice.looksAtModelAlone()
        ? average -> new ModelTrial(OPTION, recipe, average, data, device)
            .figures(choice, settings.count())
            .values()
        : ofSamples();
    noted = notedUntil(step);
  }

  private Judge ofSamples() throws IOException {
    FeatureExtractor extractor = new FeatureOptions().of(recipe.data().shape(), device);
    boolean accuracy = choice.tellsAccuracy(OPTION, extractor, recipe.classes());
    Evaluation evaluation = DataSeen.evaluation(
        choice,
        settings.count(),
        "--evaluate-count",
        data,
        extractor,
        DrawnTrial.isQuantized(recipe),
        folder.path().resolve("eval"));
    return average -> {
      FeatureSet seen = new FeatureSet(extractor, DrawnTrial.isQuantized(recipe));
      try (Scope scope = Scope.open()) {
        draw(average, seen);
      }
      Figures figures = evaluation.of(seen);
      return (accuracy ? figures.and(evaluation.accuracy(seen, classesInTurn())) : figures)
          .values();
    };
  }

  private int[] classesInTurn() {
    int classes = recipe.classes().size();
    return IntStream.range(0, settings.count()).map(i -> i % classes).toArray();
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
    if (judge == null) {
      return OptionalDouble.empty();
    }
    Map<String, Double> figures;
    try {
      figures = judge.figures(average);
    } catch (CancellationException stopped) {
      return OptionalDouble.empty(); // training will stop, too, and says so
    }
    note(step, figures);
    return OptionalDouble.of(score(figures));
  }

  /** One number, the lower the better. */
  private double score(Map<String, Double> figures) {
    return switch (settings.by()) {
      case ACCURACY -> -figures.getOrDefault(MetricChoice.ACCURACY, 0.0);
      case BITS, LOSS ->
        figures.values().stream().mapToDouble(each -> each).average().orElseThrow();
      default -> Metrics.CATALOG.named(settings.by().metric()).defaults().score(figures);
    };
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
