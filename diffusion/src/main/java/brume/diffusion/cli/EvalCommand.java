package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.cli.Ways.Way;
import brume.diffusion.data.Dataset;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.Figures;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume eval}: how far samples are from the data, by sampler and number of steps. */
@Command(
    name = "eval",
    description = {
      "Draws samples of a model, always of the same noise, and tells how far they are from its data, beside how"
          + " far some of the data are from the rest.",
      "Figures can be compared with others of the same data, features and count; a distance grows as there are"
          + " fewer samples. With several --samplers or --steps, a table and a page of pictures are written."
          + " --samples and --reference compare two folders of pictures without any model.",
      "Whether pictures show what texts say is told by --metric clip with a folder of CLIP: of pictures that a run"
          + " draws of the captions of its data or of --prompt, or of --samples, a folder of pictures with captions."
    },
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {

  private static final int COUNT = 256, MOST = 1_000_000; // samples

  @Mixin
  private SavedPlace saved = new SavedPlace();

  @Option(
      names = {"--data", "--reference"},
      paramLabel = "WHAT",
      description =
          "What to compare with: the data of the run in another place, or pictures for a model from elsewhere."
              + " Default: the data of the run.")
  private @Nullable String data;

  @Option(
      names = "--samplers",
      paramLabel = "LIST",
      description =
          "Samplers by name, with commas between them, or all that go with the run's process."
              + " Default: that of the run.")
  private @Nullable String samplers;

  @Option(
      names = "--steps",
      paramLabel = "LIST",
      description =
          "Numbers of steps, with commas between them. Default: 5,10,20 with --samplers, else"
              + " that of the run, of ddim at most 25.")
  private @Nullable String steps;

  @Option(
      names = "--metric",
      paramLabel = "LIST",
      description =
          "What to tell, with commas between them: 'brume list metrics' names them, besides accuracy, how often"
              + " samples are of the classes they were asked for, bits, those per dimension, and loss, by levels of"
              + " noise; or shapes alone, for pictures of shapes and texts: whether each shows what its text names;"
              + " or clip alone: how well pictures fit texts. Default: all that samples have, of several ways"
              + " frechet-distance.")
  private @Nullable String metric;

  @Mixin
  private FeatureOptions features = new FeatureOptions();

  @Mixin
  private TextJudging texts = new TextJudging();

  @Mixin
  private GivenPictures given = new GivenPictures();

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Samples that are drawn by each sampler, or at most looked at. Default: 256, or all of --samples up"
              + " to 10,000.")
  private @Nullable Integer count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the samples. Default: that of the run.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where eval.json, eval.md, eval.html and eval.png are written. Default: eval in the folder of the run, or beside you with --from.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Mixin
  private RankOptions rankOptions = new RankOptions();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        count == null || count >= 2 && count <= MOST,
        Text.of("--count: expected 2 to 1,000,000, got %d", count));
    features.check();
    if (TextJudging.judgesBy(metric)) {
      return byTexts(String.valueOf(metric));
    }
    texts.requireUnused(metric);
    given.check();
    Path folder = folder();
    String place = given.place();
    try {
      return place == null
          ? rankOptions.share(Wire.F32, team -> judgeDrawn(team, folder))
          : judgeGiven(place, folder);
    } catch (IllegalArgumentException tooFew) {
      throw new UsageException(String.valueOf(tooFew.getMessage()));
    }
  }

  /** Alone or as one of several ranks, of which the first judges what all draw. */
  private int judgeDrawn(Team team, Path folder) throws IOException {
    Recipe recipe = saved.recipe();
    List<Way> ways = Ways.of(recipe, samplers, steps);
    MetricChoice choice = MetricChoice.of(metric, ways.size());
    if (team.shares()) {
      deviceOptions.takeGpu(team.rankOnHost());
      Map<String, String> mine = new TreeMap<>(Sameness.of(deviceOptions.open()));
      mine.put(
          "samples",
          Sameness.of(recipe) + " " + count() + " " + seed + " " + samplers + " " + steps);
      team.requireSame(mine);
    }
    Device device = deviceOptions.open();
    long from = seed == null ? recipe.seed() : seed;
    try (Scope scope = Scope.open()) {
      if (!team.leads()) {
        new DrawnTrial(saved.model(recipe, device), ways, count(), from, team, device).drawOnly();
        return 0;
      }
      try (Dataset real = saved.data(data, recipe)) {
        FeatureExtractor extractor = features.of(recipe.data().shape(), device);
        boolean quantized = DrawnTrial.isQuantized(recipe);
        boolean accuracy = choice.tellsAccuracy("--metric", extractor, recipe.classes());
        Evaluation evaluation =
            DataSeen.evaluation(choice, count(), "--count", real, extractor, quantized, folder);
        Model model = saved.model(recipe, device);
        Figures ofModel =
            new ModelTrial("--metric", recipe, model, real, device).figures(choice, count());
        DrawnTrial trial = new DrawnTrial(model, ways, count(), from, team, device);
        List<Judged> judged =
            choice.looksAtModelAlone() ? List.of() : trial.judged(evaluation, accuracy);
        Circumstances how = Circumstances.of(
            saved.which(), count(), real, evaluation.reference(), extractor, quantized);
        finish(
            new Verdict(choice.names(), how, judged, evaluation.ofData(count()), ofModel), folder);
      }
    }
    return 0;
  }

  private int judgeGiven(String place, Path folder) throws IOException {
    UsageException.unless(
        samplers == null && steps == null && seed == null && !rankOptions.isGiven(),
        "--samples: expected without --samplers, --steps, --seed and --ranks, as nothing is drawn, got both");
    MetricChoice choice = MetricChoice.of(metric, 1);
    Device device = deviceOptions.open();
    finish(given.judged(place, saved, data, choice, features, count, device, folder), folder);
    return 0;
  }

  /** Pictures that are judged one by one. */
  private int byTexts(String by) throws IOException {
    UsageException.unless(
        !rankOptions.isGiven() && !features.isGiven() && !given.areScaled(),
        Text.of(
            "--metric: expected another than %s with --ranks, --features, --classifier and --size, got %1$s",
            by));
    UsageException.unless(
        data == null && samplers == null && steps == null,
        Text.of("--metric: expected %s without --data, --samplers and --steps, got both", by));
    texts.requireFitting(saved, given.place(), seed);
    Path folder = folder();
    tell(texts.judged(by, saved, given.place(), count(), seed, deviceOptions, folder), folder);
    return 0;
  }

  private void finish(Verdict verdict, Path folder) throws IOException {
    verdict.write(folder);
    tell(verdict.told(), folder);
  }

  private int count() {
    return count == null ? COUNT : count;
  }

  private Path folder() throws IOException {
    Path folder = out == null ? saved.place("eval") : out;
    UsageException.unless(
        !Files.exists(folder) || Files.isDirectory(folder),
        "--out: expected a folder, got the file " + folder);
    return folder;
  }

  private void tell(Told told, Path folder) {
    PrintWriter to = spec.commandLine().getOut();
    if (Telling.isJson()) {
      Telling.event("result", line -> line.setAll(told.report()));
    } else {
      to.print(json ? SettingsFile.text(told.report()) : told.table());
    }
    to.flush();
    Telling.say(Text.of("wrote %s in %s", told.written(), folder));
  }
}
