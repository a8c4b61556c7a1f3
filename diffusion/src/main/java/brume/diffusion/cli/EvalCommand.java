package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.cli.Ways.Way;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureSize;
import brume.diffusion.evaluation.Evaluation;
import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.evaluation.Figures;
import brume.diffusion.evaluation.NoiseLosses;
import brume.diffusion.evaluation.Reference;
import brume.diffusion.metric.Metric;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

  private static final String SHAPES =
      "shapes"; // a metric of its own, which judges picture by picture
  private static final String CLIP = "clip"; // likewise, picture by text
  private static final int COUNT = 256, MOST = 1_000_000; // samples
  private static final int BITS_COUNT =
      64; // of which the bits are told, as each is looked at a thousand times

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

  @Option(
      names = "--clip",
      paramLabel = "FOLDER",
      description = "Folder of CLIP, which --metric clip asks. Default: none.")
  private @Nullable Path clip;

  @Option(
      names = "--samples",
      paramLabel = "PLACE",
      description =
          "Pictures to judge instead of drawing some: a folder or a file, as data are named; with captions for the"
              + " metrics clip and shapes. Default: none, and pictures are drawn.")
  private @Nullable String samples;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "With --samples and --reference: height x width in pixels, one number for squares, to which both are"
              + " brought. Default: as they are stored, which has to be the same.")
  private @Nullable String size;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text that pictures are drawn of for --metric clip; several are drawn in turn. Default: the captions of"
              + " the data.")
  private @Nullable List<String> prompts;

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
    String by = metric;
    if (by != null && (by.equals(SHAPES) || by.equals(CLIP))) {
      UsageException.unless(
          !rankOptions.isGiven() && !features.isGiven() && size == null,
          Text.of(
              "--metric: expected another than %s with --ranks, --features, --classifier and --size, got %1$s",
              by));
      return byTexts(by);
    }
    UsageException.unless(
        clip == null && prompts == null,
        "--metric: expected clip with --clip and --prompt, got " + (by == null ? "none" : by));
    UsageException.unless(
        samples != null || size == null, "--size: expected with --samples, got none");
    try {
      return samples == null ? rankOptions.share(Wire.F32, this::judgeDrawn) : judgeGiven(samples);
    } catch (IllegalArgumentException tooFew) {
      throw new UsageException(String.valueOf(tooFew.getMessage()));
    }
  }

  /** Alone or as one of several ranks, of which the first judges what all draw. */
  private int judgeDrawn(Team team) throws IOException {
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
      Path folder = folder();
      try (Dataset real = saved.data(data, recipe)) {
        FeatureExtractor extractor = features.of(recipe.data().shape(), device);
        boolean quantized = DrawnTrial.isQuantized(recipe);
        boolean accuracy = choice.tellsAccuracy(extractor, recipe.classes());
        Evaluation evaluation = evaluation(choice, count(), real, extractor, quantized, folder);
        Model model = saved.model(recipe, device);
        Figures ofModel = ofModel(choice, recipe, model, real, device);
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

  /** What a model is worth whatever it draws. */
  private Figures ofModel(
      MetricChoice choice, Recipe recipe, Model model, Dataset real, Device device)
      throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    int looked = Math.min(count(), real.size());
    if (choice.wants(MetricChoice.BITS)) {
      Bits.requirePixels("--metric", recipe);
      Bits.requireSameClasses(recipe, real);
      Bits bits = new Bits(saved.option(), recipe, model, real, device);
      figures.put(
          "bits per dimension",
          bits.of(Math.min(looked, BITS_COUNT), BITS_COUNT).mean());
    }
    if (choice.wants(MetricChoice.LOSS)) {
      Sources.requirePixels("--metric", recipe);
      Bits.requireSameClasses(recipe, real);
      try (TerminalProgress progress = new TerminalProgress("loss by noise", 0, looked)) {
        figures.putAll(new NoiseLosses(recipe, model, real, device)
            .of(looked, done -> progress.evenlyAt(done, "samples")));
      }
    }
    return new Figures(figures, Map.of());
  }

  /** Pictures that were drawn before, or by others. */
  private int judgeGiven(String place) throws IOException {
    UsageException.unless(
        samplers == null && steps == null && seed == null && !rankOptions.isGiven(),
        "--samples: expected without --samplers, --steps, --seed and --ranks, as nothing is drawn, got both");
    UsageException.unless(
        saved.isNamed() || data != null,
        "--samples: expected with --reference, pictures to compare with, or --run for its data, got none");
    MetricChoice choice = MetricChoice.of(metric, 1);
    UsageException.unless(
        !choice.asked()
            || Stream.of(MetricChoice.ACCURACY, MetricChoice.BITS, MetricChoice.LOSS)
                .noneMatch(choice::wants),
        "--metric: expected accuracy, bits and loss without --samples, as they ask for a model, got both");
    PicturePlaces places = new PicturePlaces(size == null ? null : PictureSize.parse(size));
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open();
        Dataset real =
            saved.isNamed() ? saved.data(data, saved.recipe()) : places.data(String.valueOf(data));
        Dataset given =
            places.samples(place, Shape.of(real.height(), real.width(), real.channels()))) {
      FeatureExtractor extractor =
          features.of(Shape.of(real.height(), real.width(), real.channels()), device);
      Path folder = folder();
      int looked = Math.min(count == null ? Reference.MOST : count, given.size());
      Evaluation evaluation = evaluation(choice, looked, real, extractor, true, folder);
      Circumstances how =
          Circumstances.of(place, looked, real, evaluation.reference(), extractor, true);
      Judged judged = GivenTrial.judged(place, given, looked, evaluation);
      finish(
          new Verdict(
              choice.names(), how, List.of(judged), evaluation.ofData(looked), Figures.NONE),
          folder);
    }
    return 0;
  }

  private static Evaluation evaluation(
      MetricChoice choice,
      int samples,
      Dataset real,
      FeatureExtractor extractor,
      boolean quantized,
      Path folder)
      throws IOException {
    int most = Math.min(Reference.MOST, real.size());
    Map<String, Metric> metrics = choice.compared(extractor, samples, most, "--count");
    try (TerminalProgress progress = new TerminalProgress("looking at the data", 0, most)) {
      Reference reference = Reference.of(
          real, extractor, quantized, folder, done -> progress.evenlyAt(done, "samples"));
      if (reference.found()) {
        progress.say("the data were looked at before: " + reference.kept());
      }
      return new Evaluation(metrics, reference, extractor);
    }
  }

  private void finish(Verdict verdict, Path folder) throws IOException {
    verdict.write(folder);
    tell(verdict.report(), verdict.table());
    Telling.say(Text.of(
        verdict.all().isEmpty()
            ? "wrote eval.json, eval.md and eval.html in %s"
            : "wrote eval.json, eval.md, eval.html and eval.png in %s",
        folder));
  }

  private int count() {
    return count == null ? COUNT : count;
  }

  private Path folder() throws IOException {
    Path folder = out == null ? saved.place("eval") : out;
    UsageException.unless(
        !Files.exists(folder) || Files.isDirectory(folder),
        "--out: expected a folder, got the file " + folder);
    Files.createDirectories(folder);
    return folder;
  }

  /** Pictures that are judged one by one, by what texts say. */
  private int byTexts(String by) throws IOException {
    UsageException.unless(
        data == null && samplers == null && steps == null,
        Text.of("--metric: expected %s without --data, --samplers and --steps, got both", by));
    UsageException.unless(
        samples == null || !saved.isNamed() && seed == null && prompts == null,
        "--samples: expected without --run, --from, --seed and --prompt, as nothing is drawn, got both");
    TextTrials trials = new TextTrials(
        saved, samples == null ? null : Path.of(samples), prompts, count(), seed, deviceOptions);
    Path folder = folder();
    if (by.equals(SHAPES)) {
      UsageException.unless(
          clip == null && prompts == null,
          "--metric: expected shapes without --clip and --prompt, got both");
      ShapeTrial trial = trials.shapes();
      String written = trial.write(folder, samples == null ? saved.recipe() : null);
      tell(trial.report(), trial.table());
      Telling.say(Text.of("wrote %s in %s", written, folder));
      return 0;
    }
    UsageException.unless(
        clip != null, "--metric: expected clip with --clip FOLDER, which it asks, got none");
    ClipTrial trial = trials.clip(Objects.requireNonNull(clip));
    trial.write(folder);
    tell(trial.report(), trial.table());
    Telling.say(Text.of("wrote eval.json in %s", folder));
    return 0;
  }

  private void tell(ObjectNode report, String table) {
    PrintWriter to = spec.commandLine().getOut();
    if (Telling.isJson()) {
      Telling.event("result", line -> line.setAll(report));
    } else {
      to.print(json ? SettingsFile.text(report) : table);
    }
    to.flush();
  }
}
