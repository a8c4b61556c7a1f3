package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureExhibit;
import brume.diffusion.exchange.Imported;
import brume.diffusion.objective.SuperResolution;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Encoders;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sink.SampleNumbers;
import brume.diffusion.sink.SampleRequest;
import brume.diffusion.sink.SampleSink;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that draws samples from what a run has learned, steered in a way of its own. */
@Command(abbreviateSynopsis = true, sortOptions = false)
abstract class DrawingCommand implements Callable<Integer>, Prepared {

  private static final int MOST_PLOTTED = 1_000_000;
  private static final int USUAL_BATCH = 64; // samples

  @Option(names = "--run", paramLabel = "RUN", description = "Folder of the run, or latest.")
  private @Nullable String run;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description =
          "Instead of a run: the folder of a diffusers pipeline, one that brume export has"
              + " written, or a safetensors file with its config.json beside it.")
  private @Nullable Path from;

  @Option(
      names = "--checkpoint",
      paramLabel = "N",
      description =
          "Step of the run's checkpoint to draw from, or best, as evaluations while it learned have it. Default:"
              + " the newest.")
  private @Nullable String checkpoint;

  @Option(
      names = "--weights",
      paramLabel = "WHICH",
      description =
          "Parameters to draw from: raw, average, average: and its rate where a run keeps several,"
              + " or post-hoc: and a width where it keeps snapshots. Default: average. With --from"
              + " and a folder that draws texts, how matrices and filters are kept in memory:"
              + " stored, float, or half (16 bits, widened where they are multiplied with)."
              + " Default: stored, float with --lora.")
  private @Nullable String weights;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where to: a .png for all in one picture, a .gif for videos in motion, a .zip of"
              + " pictures, a .npz of bytes, a .npy or .safetensors of numbers (N, H, W, C) in the"
              + " units of the data, [0, 1] for pictures, or a folder for one .png a picture."
              + " Default: samples.png.")
  private Path out = Path.of("samples.png");

  @Mixin
  private Numbering numbering = new Numbering();

  @Option(
      names = "--class",
      paramLabel = "LIST",
      description =
          "Classes to draw in turn, by number, name or part of a name, such as 3,boot, of a run"
              + " that knows classes. Default: all of them, one a row.")
  private @Nullable String classes;

  @Mixin
  private Chance chance = new Chance();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Samples drawn at once; the result does not depend on it. Default: 64, or 1 of what"
              + " texts say.")
  private @Nullable Integer batch;

  @Option(
      names = "--steps-out",
      paramLabel = "FILE",
      description = "A .gif or a .png of the states on the way of the first batch.")
  private @Nullable Path stepsOut;

  @Mixin
  private final Steering steering;

  @Mixin
  private Leading leading = new Leading();

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Mixin
  private RankOptions rankOptions = new RankOptions();

  @Spec
  private CommandSpec spec;

  private @Nullable IOException unread; // told after all that is wrong with the words
  private @Nullable Imported imported;
  private Team team = Team.alone();
  private RecipeOptions options = RecipeOptions.ofSampling(Recipes.plain(), new Words());
  private final long usual;
  private final Optional<Prompting> prompting;
  private final Optional<Wishing> wishing;

  /**
   * A command.
   *
   * @param steering what samples begin with, and its options
   * @param usual number of samples unless told otherwise, or a little more
   */
  DrawingCommand(Steering steering, long usual) {
    this.steering = steering;
    this.usual = usual;
    this.prompting = steering.prompting();
    this.wishing = steering.wishing();
  }

  @Override
  public void prepare(Words words) throws IOException {
    Optional<String> named = words.valueOf("--run");
    Optional<String> place = words.valueOf("--from");
    Recipe base = Recipes.plain();
    try {
      if (named.isPresent()) {
        base = steering.recipe(named.get());
        Recipe ofRun = base;
        wishing.ifPresent(texts -> texts.looksAt(ofRun));
      } else if (place.isPresent() && drawsTexts(Path.of(place.get()), words)) {
        base = prompting.orElseThrow().recipe();
      } else if (place.isPresent()) {
        imported = Imported.open(Path.of(place.get()), words.valueOf("--sampler"));
        base = imported.recipe();
      }
    } catch (IOException none) {
      unread = none;
    }
    options = RecipeOptions.ofSampling(base, words);
    options.addTo(spec);
  }

  private boolean drawsTexts(Path place, Words words) throws IOException {
    return prompting.isPresent()
        && prompting.get().opens(place, words.valueOf("--sampler"), words.valueOf("--variant"));
  }

  /** Whether a folder that draws texts was opened. */
  private boolean drawsTexts() {
    return prompting.filter(Prompting::isOpen).isPresent();
  }

  @Override
  public RecipeOptions options() {
    return options;
  }

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        run == null ^ from == null,
        "--run: expected either it or --from, got " + (run == null ? "none" : "both"));
    UsageException.unless(
        from == null || checkpoint == null && (weights == null || unread != null || drawsTexts()),
        "--from: expected without --checkpoint and --weights, which are of runs, got both");
    UsageException.unless(batch == null || batch >= 1, "--batch: expected 1 or more, got " + batch);
    numbering.numbers(1, usual);
    steering.check();
    leading.check();
    chance.check();
    if (from != null) {
      Sources.requireNoRun(from);
    }
    if (unread != null) {
      throw unread;
    }
    steering.checkTexts();
    if (stepsOut != null) {
      StepsOut.refuseUnwritable("--steps-out", stepsOut);
    }
    return rankOptions.share(Wire.F32, this::draw);
  }

  /** Alone or as one of several ranks, of which the first writes what all draw. */
  private int draw(Team with) throws IOException {
    team = with;
    if (team.shares()) {
      deviceOptions.takeGpu(team.rankOnHost());
      team.requireSame(Sameness.of(deviceOptions.open()));
    }
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      if (drawsTexts()) {
        drawTexts(prompting.orElseThrow(), device);
      } else {
        draw(source(device), device);
      }
    } catch (IllegalArgumentException misfit) {
      throw new UsageException(options.sentence(misfit));
    }
    chance.tellUnused();
    Telling.say("wrote " + out);
    return 0;
  }

  private Source source(Device device) throws IOException {
    Recipe recipe =
        options.overlay(options.chosen(), spec.commandLine().getParseResult()).checked();
    if (run == null) {
      return Sources.imported(requireNonNull(from), requireNonNull(imported), recipe, device);
    }
    return Sources.run(run, recipe, checkpoint, weights == null ? "average" : weights, device);
  }

  private void draw(Source source, Device device) throws IOException {
    boolean isLed = spec.commandLine().getParseResult().hasMatchedOption("--guidance");
    Leading.Classifier classifier = leading.of(source, isLed, device);
    List<String> known = classifier == null ? source.classes() : classifier.classes();
    List<Integer> inTurn = Classes.named(classes, known);
    // What is made of found noise differs by class alone.
    Encoders encoders = source.model().encoders();
    boolean saying = steering.saysTexts(encoders);
    UsageException.unless(
        !saying || wishing.isPresent(),
        "--run: expected a run that is told no texts, which brume sample can draw, got one that"
            + " is");
    int turn = saying ? wishing.orElseThrow().turn() : Math.max(1, inTurn.size());
    SampleNumbers numbers = numbering.numbers(turn, source.sampler().drawsFromNoise() ? usual : 1);
    int rows = numbers.areConsecutive()
        ? turn
        : 1; // of a grid, where consecutive samples take them in turn
    Shape picture = source.picture();
    if (encoders.before().isPresent() || source.recipe().condition() instanceof SuperResolution) {
      chance.requireSeed(
          "a model that draws of noise alone, got a run that enlarges or builds upon another");
    }
    long own = chance.seed(source.seed());
    Asked asked = saying
        ? steering.asked(source, wishing.orElseThrow(), own, device)
        : steering.asked(source, classifier == null ? inTurn : List.of(), own, device);
    Asked model = classifier == null ? asked : classifier.over(asked, source, inTurn);
    UsageException.unless(
        model.choice().of() == source.recipe().bestOf()
            || !spec.commandLine().getParseResult().hasMatchedOption("--best-of"),
        "--best-of: expected 1 where nothing is drawn of a text, which pictures could fit, got "
            + source.recipe().bestOf());
    Randomness random = chance.random(source.seed());
    Canvas canvas = Canvas.of(source, random, device);
    Sampler sampler = steering.of(source.sampler(), canvas, device);
    Drawing how = new Drawing(
            sampler,
            canvas.sampled(),
            random,
            batch == null ? USUAL_BATCH : batch,
            source.model().finish())
        .recording(source.model().recorder());
    StepsOut steps = new StepsOut(source.exhibit().inTurn(rows), stepsOut, sampler.steps());
    if (source.exhibit().plots() && out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      plot(source, model, numbers, how, steps, device);
    } else {
      SampleRequest request = new SampleRequest(
          numbers,
          picture.dim(0),
          picture.dim(1),
          picture.dim(2),
          source.fingerprint() + ", " + chance.fingerprint(source.seed())
              + (inTurn.isEmpty() ? "" : ", classes " + inTurn)
              + (saying ? wishing.orElseThrow().fingerprint() : "")
              + steering.fingerprint(sampler)
              + (classifier == null ? "" : classifier.fingerprint()),
          source.exhibit().low(),
          source.exhibit().high(),
          rows,
          source.recipe().frames());
      write(request, source.exhibit(), model, numbers, how, steps, device);
      if (request.isByRows() && !inTurn.isEmpty()) {
        Telling.say("rows: " + names(known, inTurn, numbers.at(0)));
      }
    }
    if (team.leads()) {
      steps.write();
    }
  }

  /** What texts say, drawn one after the other as pictures are large. */
  private void drawTexts(Prompting texts, Device device) throws IOException {
    UsageException.unless(
        classes == null, "--class: expected without --prompt, which says what is drawn, got both");
    leading.refuse("--prompt");
    Recipe recipe = options.overlay(options.chosen(), spec.commandLine().getParseResult());
    SampleNumbers numbers =
        numbering.numbers(texts.wishing().turn(), texts.wishing().turn());
    Randomness random = chance.random(recipe.seed());
    TextDrawing drawing =
        texts.drawing(recipe, steering, Optional.ofNullable(weights), random, device);
    Drawing how = new Drawing(
        drawing.sampler(),
        drawing.sampled(),
        random,
        batch == null ? 1 : batch,
        drawing.finish(),
        drawing.recorder());
    Exhibit exhibit = new PictureExhibit(drawing.shown(), 1);
    StepsOut steps = new StepsOut(exhibit, stepsOut, drawing.sampler().steps());
    SampleRequest request = new SampleRequest(
        numbers,
        drawing.picture().dim(0),
        drawing.picture().dim(1),
        drawing.picture().dim(2),
        drawing.fingerprint() + ", " + chance.fingerprint(recipe.seed()));
    write(request, exhibit, drawing.asked(), numbers, how, steps, device);
    if (team.leads()) {
      steps.write();
    }
  }

  /** Draws what is not there yet; the first rank writes. */
  private void write(
      SampleRequest request,
      Exhibit exhibit,
      Asked model,
      SampleNumbers numbers,
      Drawing how,
      StepsOut steps,
      Device device)
      throws IOException {
    if (team.shares()) {
      team.requireSame(Map.of("samples", request.toString()));
    }
    try (SampleSink sink = team.leads() ? SampleSink.open(out, request) : null) {
      long done = team.fromFirst(sink == null ? 0 : sink.done());
      if (done > 0) {
        Telling.say(Text.of("going on after %d samples that were drawn before", done));
      }
      Drawing.Taker taker = sink == null ? (first, values) -> {} : sink::write;
      draw(exhibit, model, numbers, how, steps, device, done, taker);
    }
  }

  private static String names(List<String> known, List<Integer> inTurn, long first) {
    return IntStream.range(0, inTurn.size())
        .map(i -> inTurn.get((int) ((first + i) % inTurn.size())))
        .mapToObj(known::get)
        .collect(Collectors.joining(", "));
  }

  /** All samples in one plot, which must be in memory for it. */
  private void plot(
      Source source, Asked model, SampleNumbers numbers, Drawing how, StepsOut steps, Device device)
      throws IOException {
    int size = source.picture().size();
    UsageException.unless(
        numbers.count() <= MOST_PLOTTED,
        Text.of(
            "--count: expected at most %d in one plot, got %d; write a .npy or a .safetensors",
            MOST_PLOTTED, numbers.count()));
    float[] all = new float[Math.toIntExact(numbers.count() * size)];
    draw(
        source.exhibit(),
        model,
        numbers,
        how,
        steps,
        device,
        0,
        (first, values) ->
            System.arraycopy(values, 0, all, Math.toIntExact(first * size), values.length));
    source.exhibit().verdict(all).ifPresent(Telling::say);
    if (team.leads()) {
      source.exhibit().write(out, all);
    }
  }

  private void draw(
      Exhibit exhibit,
      Asked model,
      SampleNumbers numbers,
      Drawing how,
      StepsOut steps,
      Device device,
      long done,
      Drawing.Taker taker)
      throws IOException {
    String what = numbers.count() + " " + exhibit.things();
    try (TerminalProgress progress =
        new TerminalProgress("sampling", 0, how.stepsFor(model.choice(), numbers, done))) {
      how.draw(
          team,
          model,
          device,
          numbers,
          done,
          (step, of, before, x) -> {
            progress.evenlyAt(step, what);
            steps.watch(before, () -> how.finish().apply(x));
          },
          taker);
    }
  }
}
