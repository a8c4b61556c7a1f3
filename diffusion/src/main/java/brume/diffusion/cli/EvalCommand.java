package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.cli.Ways.Way;
import brume.diffusion.data.CaptionedPicture;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.metric.Metric;
import brume.diffusion.metric.Metrics;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.SettingsFile;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
      "Draws samples of a model, always of the same noise, and tells how far they are from its"
          + " data: the less, the better.",
      "Features are those of a convolutional network with random weights, so figures can be"
          + " compared with others of the same data and count, not with published ones. With"
          + " several --samplers or --steps, a table and a page of pictures are written.",
      "Whether pictures show what texts say is told by --metric clip with a folder of CLIP: of"
          + " pictures that a run draws of the captions of its data or of --prompt, or of"
          + " --samples, a folder of pictures with captions."
    },
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {

  private static final String SHAPES =
      "shapes"; // a metric of its own, which judges picture by picture
  private static final String CLIP = "clip"; // likewise, picture by text
  private static final int SHOWN = 8, SHOWN_PIXELS = 256; // of each sampler

  @Mixin
  private SavedPlace saved = new SavedPlace();

  @Option(
      names = "--data",
      paramLabel = "WHAT",
      description =
          "What to compare with: the data of the run in another place, or pictures for a model"
              + " from elsewhere. Default: the data of the run.")
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
              + " that of the run.")
  private @Nullable String steps;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      defaultValue = "frechet-distance",
      description =
          "What to tell: 'brume list metrics' names them; or shapes, for pictures of shapes and"
              + " texts: whether each shows what its text names; or clip: how well pictures fit"
              + " texts. Default: ${DEFAULT-VALUE}.")
  private String metric = "frechet-distance";

  @Option(
      names = "--clip",
      paramLabel = "FOLDER",
      description = "Folder of CLIP, which --metric clip asks. Default: none.")
  private @Nullable Path clip;

  @Option(
      names = "--samples",
      paramLabel = "PLACE",
      description =
          "Instead of a model, for --metric clip and shapes: a folder or ZIP file of pictures with"
              + " captions. Default: none, and pictures are drawn.")
  private @Nullable Path samples;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text that pictures are drawn of for --metric clip; several are drawn in turn. Default:"
              + " the captions of the data.")
  private @Nullable List<String> prompts;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "256",
      description = "Samples that are drawn by each sampler, or at most looked at. Default:"
          + " ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the samples. Default: that of the run.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where eval.json, eval.md and eval.png are written. Default: eval in the folder of the"
              + " run, or beside you with --from.")
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

  private Team team = Team.alone();

  @Override
  public Integer call() throws IOException {
    Judge.requireEnough(count);
    if (metric.equals(SHAPES) || metric.equals(CLIP)) {
      UsageException.unless(
          !rankOptions.isGiven(),
          "--ranks: expected with another --metric than shapes and clip, got " + metric);
      return byTexts();
    }
    UsageException.unless(
        clip == null && samples == null && prompts == null,
        "--metric: expected clip or shapes with --clip, --samples and --prompt, got " + metric);
    return rankOptions.share(Wire.F32, this::compare);
  }

  /** Alone or as one of several ranks, of which the first judges what all draw. */
  private int compare(Team with) throws IOException {
    team = with;
    Metric asked = metric();
    Recipe recipe = saved.recipe();
    List<Way> ways = Ways.of(recipe, samplers, steps);
    if (team.shares()) {
      deviceOptions.takeGpu(team.rankOnHost());
      Map<String, String> mine = new TreeMap<>(Sameness.of(deviceOptions.open()));
      mine.put(
          "samples", Sameness.of(recipe) + " " + count + " " + seed + " " + samplers + " " + steps);
      team.requireSame(mine);
    }
    Device device = deviceOptions.open();
    if (!team.leads()) {
      try (Scope scope = Scope.open()) {
        drawOnly(ways, saved.model(recipe, device), device);
      }
      return 0;
    }
    Path folder = folder();
    Verdict verdict;
    try (Dataset real = saved.data(data, recipe);
        Scope scope = Scope.open()) {
      Judge judge = new Judge(asked, real, device);
      Model model = saved.model(recipe, device);
      verdict = new Verdict(
          metric,
          judge.features(),
          saved.which(),
          count,
          judge.real(),
          judged(ways, model, judge, device),
          judge.ofData(count).orElse(Map.of()));
    }
    verdict.write(folder);
    tell(verdict.report(), verdict.table());
    Telling.say(Text.of("wrote eval.json, eval.md and eval.png in %s", folder));
    return 0;
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
  private int byTexts() throws IOException {
    UsageException.unless(
        data == null && samplers == null && steps == null,
        Text.of("--metric: expected %s without --data, --samplers and --steps, got both", metric));
    UsageException.unless(
        samples == null || !saved.isNamed() && seed == null && prompts == null,
        "--samples: expected without --run, --from, --seed and --prompt, as nothing is drawn, got"
            + " both");
    if (metric.equals(SHAPES)) {
      UsageException.unless(
          clip == null && prompts == null,
          "--metric: expected shapes without --clip and --prompt, got both");
      return samples == null ? tryShapes() : judgeShapes(samples);
    }
    UsageException.unless(
        clip != null, "--metric: expected clip with --clip FOLDER, which it asks, got none");
    return tryClip(Objects.requireNonNull(clip));
  }

  private int judgeShapes(Path pictures) throws IOException {
    ShapeTrial trial = ShapeTrial.of(CaptionedPicture.read(pictures, count));
    Path folder = folder();
    trial.write(folder);
    tell(trial.report(), trial.table());
    Telling.say(Text.of("wrote eval.json in %s", folder));
    return 0;
  }

  private int tryClip(Path towers) throws IOException {
    try (Scope scope = Scope.open()) {
      ClipTrial trial = samples == null
          ? drawnForClip(towers)
          : ClipTrial.of(
              towers, samples, CaptionedPicture.read(samples, count), deviceOptions.open());
      Path folder = folder();
      trial.write(folder);
      tell(trial.report(), trial.table());
      Telling.say(Text.of("wrote eval.json in %s", folder));
      return 0;
    }
  }

  private ClipTrial drawnForClip(Path towers) throws IOException {
    Recipe recipe = saved.recipe();
    Device device = deviceOptions.open();
    List<String> texts = texts(recipe);
    long drawn = seed == null ? recipe.seed() : seed;
    return ClipTrial.of(
        towers, saved.which(), saved.model(recipe, device), recipe, texts, drawn, device);
  }

  private List<String> texts(Recipe recipe) throws IOException {
    if (prompts != null) {
      List<String> given = prompts;
      return IntStream.range(0, count)
          .mapToObj(i -> given.get(i % given.size()))
          .toList();
    }
    try (Dataset real = saved.data(null, recipe)) {
      return ClipTrial.texts(real, count);
    }
  }

  /** Texts of shapes, which are drawn and judged one by one. */
  private int tryShapes() throws IOException {
    Recipe recipe = saved.recipe();
    Path folder = folder();
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      ShapeTrial trial = ShapeTrial.of(
          saved.model(recipe, device), recipe, count, seed == null ? recipe.seed() : seed, device);
      trial.write(folder, recipe);
      tell(trial.report(), trial.table());
    }
    Telling.say(Text.of("wrote eval.json, eval-seen.png and eval-held-back.png in %s", folder));
    return 0;
  }

  private Metric metric() {
    List<String> names = new ArrayList<>(Metrics.CATALOG.names());
    names.remove("inception-score"); // wants a classifier's logits
    UsageException.unless(
        names.contains(metric),
        Text.of(
            "--metric: expected one of %s, got %s%s",
            String.join(", ", names), metric, Guess.of(metric, names)));
    return Metrics.CATALOG.named(metric).defaults();
  }

  private List<Judged> judged(List<Way> ways, Model model, Judge judge, Device device)
      throws IOException {
    List<Judged> all = new ArrayList<>();
    List<Drawing> drawings = new ArrayList<>();
    long total = 0;
    for (Way way : ways) {
      Drawing drawing = drawing(way, model);
      drawings.add(drawing);
      total += drawing.stepsFor(Judge.numbers(count), 0);
    }
    try (TerminalProgress progress = new TerminalProgress("judging", 0, total)) {
      long before = 0;
      for (int i = 0; i < ways.size(); i++) {
        Way way = ways.get(i);
        Recipe recipe = way.recipe();
        long done = before;
        String what = way.name() + " " + way.steps();
        float[] drawn = drawings
            .get(i)
            .draw(
                team,
                told(recipe, model),
                device,
                count,
                (step, of, first, x) -> progress.evenlyAt(done + step, what));
        before += drawings.get(i).stepsFor(Judge.numbers(count), 0);
        Map<String, Double> figures = new LinkedHashMap<>(judge.of(drawn));
        all.add(new Judged(way.name(), way.steps(), figures, shown(recipe, drawn)));
      }
    }
    return all;
  }

  private Drawing drawing(Way way, Model model) {
    Recipe recipe = way.recipe();
    Shape sample = recipe.sampled();
    return new Drawing(
        way.sampler(model),
        sample,
        Randomness.of(seed == null ? recipe.seed() : seed),
        Drawing.usualBatch(sample),
        model.finish());
  }

  private static Asked told(Recipe recipe, Model model) {
    return Asked.inTurn(model, recipe, Classes.named(null, recipe.classes()));
  }

  /** What a rank does that judges nothing. */
  private void drawOnly(List<Way> ways, Model model, Device device) throws IOException {
    for (Way way : ways) {
      drawing(way, model)
          .draw(
              team,
              told(way.recipe(), model),
              device,
              SampleNumbers.first(count),
              0,
              (done, of, first, x) -> {},
              (first, values) -> {});
    }
  }

  /** The first few in a row; points all in one plot. */
  private static Picture shown(Recipe recipe, float[] drawn) throws IOException {
    Exhibit exhibit = recipe.data().exhibit();
    if (exhibit.plots()) {
      return exhibit.frame(drawn);
    }
    Shape sample = recipe.data().shape();
    int many = Math.max(1, Math.min(SHOWN, SHOWN_PIXELS / sample.dim(1)));
    float[] some = Arrays.copyOf(drawn, Math.min(many * sample.size(), drawn.length));
    List<Picture> pictures =
        PictureTensor.toPictures(some, sample.dim(0), sample.dim(1), sample.dim(2));
    return ImageGrid.of(pictures).withColumns(pictures.size()).toPicture();
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
