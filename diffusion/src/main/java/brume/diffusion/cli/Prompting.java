package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.data.PictureSize;
import brume.diffusion.exchange.SmallerPicture;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.exchange.UnclipFolder;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.pipeline.Adaptation;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.pipeline.Wish;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.SettingException;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of drawing what a text says, with a folder that can. */
final class Prompting {

  private static final int SHOWN = 60; // characters of a text in a message

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What samples shall show, for a run or a folder that draws texts. Given several times, one text after the"
              + " other is drawn. Default: none.")
  private List<String> prompts = List.of();

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description =
          "With --prompt: what samples shall not show; once for all prompts, or as often as --prompt."
              + " Default: the empty text.")
  private List<String> negatives = List.of();

  @Option(
      names = "--prompt-2",
      paramLabel = "TEXT",
      description =
          "With --prompt, as often, and a folder with two text encoders: what the second one reads. Default: the"
              + " same.")
  private List<String> seconds = List.of();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "With --prompt: side of the pictures in pixels, or height and width as 512x768. Default: as the"
              + " folder says.")
  private @Nullable String size;

  @Option(
      names = "--clip-skip",
      paramLabel = "N",
      description =
          "With --prompt: layers at the end of the text encoder that are left out. Default: 0.")
  private @Nullable Integer skipped;

  private final boolean enlarges;

  @Mixin
  private Adapting adapting = new Adapting();

  @Mixin
  private Staging staging = new Staging();

  private @Nullable StableDiffusionFolder folder;
  private @Nullable UnclipFolder unclip; // or this one
  private boolean run; // that may be told texts

  /**
   * Options of a command.
   *
   * @param enlarges whether it gives pictures that are enlarged
   */
  Prompting(boolean enlarges) {
    this.enlarges = enlarges;
  }

  /** Looks at a place; true if it is a folder that draws texts. */
  boolean opens(Path place, Optional<String> sampler) throws IOException {
    if (!enlarges && UnclipFolder.isOne(place)) {
      unclip = UnclipFolder.open(place, sampler);
      return true;
    }
    if (!StableDiffusionFolder.isOne(place)) {
      return false;
    }
    folder = StableDiffusionFolder.open(place, sampler);
    return true;
  }

  /** Looks at the recipe of a run, which may draw texts. */
  void looksAt(Recipe recipe) {
    run = tellsRuns() && !recipe.buildsOn().isEmpty();
  }

  /** Whether texts are told to runs, too, and not to folders alone. */
  boolean tellsRuns() {
    return !enlarges;
  }

  /** How the folder draws; only after it was opened. */
  Recipe recipe() {
    return unclip != null ? unclip.ways().decoder() : requireNonNull(folder).recipe();
  }

  /** Whether a folder that draws texts was opened. */
  boolean isOpen() {
    return folder != null || unclip != null;
  }

  /** Whether it draws in stages, and nothing but what texts say. */
  boolean isStaged() {
    return unclip != null;
  }

  /** Whether it paints a part of a picture, and sees the rest of it. */
  boolean paints() {
    return folder != null && folder.paints();
  }

  /** Refuses options that would have no effect, and numbers out of range. */
  void check() {
    String given = given();
    UsageException.unless(
        isOpen() || run || given.isEmpty(),
        given
            + ": expected with a model that draws texts, a folder with a text_encoder or a run of --condition text,"
            + " got another");
    UsageException.unless(
        isOpen() || ofFolders().isEmpty(),
        ofFolders()
            + ": expected with --from and a folder that draws texts, got a run, which draws as it has learned");
    UsageException.unless(
        folder == null || enlarges || folder.smaller().isEmpty(),
        "--from: expected a folder that draws of texts alone, got one that enlarges pictures; ask it with brume"
            + " enlarge --image PICTURE");
    UsageException.unless(
        folder == null || !enlarges || folder.smaller().isPresent(),
        "--from: expected a folder that enlarges pictures, got one that draws; ask it with brume sample");
    UsageException.unless(
        folder == null || seconds.isEmpty() || folder.towers() == 2,
        "--prompt-2: expected with a folder of two text encoders, got one");
    UsageException.unless(
        seconds.isEmpty() || seconds.size() == prompts.size(),
        Text.of(
            "--prompt-2: expected as often as --prompt, %d times, got it %d times",
            prompts.size(), seconds.size()));
    UsageException.unless(
        !isOpen() || !prompts.isEmpty(),
        "--from: expected with --prompt TEXT, as this folder draws what a text says, got none");
    UsageException.unless(
        unclip != null || staging.given().isEmpty(),
        staging.given() + ": expected with --from and a folder of unCLIP, got another model");
    UsageException.unless(
        unclip == null || ofOneStage().isEmpty(),
        ofOneStage()
            + ": expected with a folder of Stable Diffusion, got one of unCLIP, which has no such thing");
    staging.check();
    UsageException.unless(
        skipped == null || skipped >= 0, "--clip-skip: expected 0 or more, got " + skipped);
    UsageException.unless(
        negatives.size() < 2 || negatives.size() == prompts.size(),
        Text.of(
            "--negative-prompt: expected once, or as often as --prompt, %d times, got it %d times",
            prompts.size(), negatives.size()));
  }

  /** An option that was given; empty for none. */
  private String given() {
    Map<String, Boolean> all = new LinkedHashMap<>();
    all.put("--prompt", !prompts.isEmpty());
    all.put("--negative-prompt", !negatives.isEmpty());
    all.put("--prompt-2", !seconds.isEmpty());
    all.put("--size", size != null);
    all.put("--clip-skip", skipped != null);
    return all.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .findFirst()
        .or(() -> Optional.of(adapting.given()).filter(option -> !option.isEmpty()))
        .orElse(staging.given());
  }

  /** How a smaller picture is shown to the network of a folder that enlarges. */
  Optional<SmallerPicture> smaller() {
    return requireNonNull(folder).smaller();
  }

  /** How many times larger pictures are than latents. */
  int factor() {
    return requireNonNull(folder).autoencoder().coder().factor();
  }

  /** The first option that is given and means something to folders alone, or none. */
  private String ofFolders() {
    return size != null
        ? "--size"
        : skipped != null ? "--clip-skip" : seconds.isEmpty() ? adapting.given() : "--prompt-2";
  }

  /** The first option that is given and means nothing where a picture is drawn in stages, or none. */
  private String ofOneStage() {
    return negatives.isEmpty() ? ofFolders() : "--negative-prompt";
  }

  /** How many texts are drawn in turn. */
  int turn() {
    return Math.max(1, prompts.size());
  }

  /**
   * A run that is told the texts in turn, or what another run draws of them.
   *
   * @param source the run
   * @param seed of what the other run draws
   * @return as samplers see it
   */
  Asked asked(Source source, long seed) {
    boolean reads = source.model().encoders().readsTexts();
    UsageException.unless(
        reads == !prompts.isEmpty(),
        reads
            ? "--run: expected with --prompt TEXT, as this run draws what a text says, got none"
            : "--prompt: expected a run that draws what a text says, got another");
    UsageException.unless(
        source.recipe().guidance().asksTwice() || negatives.isEmpty(),
        "--negative-prompt: expected with --guidance above 1, which leads away from it, got none");
    source.model().encoders().texts().ifPresent(texts -> {
      tellCut(texts::cut, "--prompt", prompts);
      tellCut(texts::cut, "--negative-prompt", negatives);
    });
    List<String> unwanted = prompts.isEmpty() ? List.of() : wish().opposites();
    return Asked.told(source.model(), source.recipe(), prompts, unwanted, seed);
  }

  /** What tells samples of other texts apart. */
  String fingerprint() {
    return prompts.isEmpty() ? "" : ", " + wish();
  }

  private Wish wish() {
    return new Wish(prompts, negatives, seconds, skipped == null ? 0 : skipped);
  }

  private PictureSize size(Optional<PictureSize> usual) {
    if (size != null) {
      try {
        return PictureSize.parse(size);
      } catch (SettingException wrong) {
        throw new UsageException("--size: " + wrong.getMessage());
      }
    }
    return usual
        .or(() ->
            requireNonNull(folder).pictureSize().map(sides -> new PictureSize(sides[0], sides[1])))
        .orElseThrow(() -> new UsageException(
            "--size: expected with a folder that does not say the size of its pictures, got none"));
  }

  /**
   * Parts that are loaded, and what they are told.
   *
   * @param pipeline all parts
   * @param said what the network is told, of the texts in turn
   * @param recipe how pictures are drawn
   * @param latents (h, w, C) of what is sampled
   * @param picture (H, W, 3) of what comes out
   * @param fingerprint what tells these samples from others
   */
  record Ready(
      TextToPicture pipeline,
      Said said,
      Recipe recipe,
      Shape latents,
      Shape picture,
      String fingerprint) {

    /** The network, told the texts, and shown what lies beside its samples. */
    Asked asked(Beside beside) {
      return pipeline.asked(said, beside, recipe);
    }
  }

  /**
   * Loads the folder; the innermost scope owns its parameters.
   *
   * @param recipe how pictures are drawn
   * @param steering what they begin with
   * @param weights how they are kept, as {@code --weights} says; empty for what is usual
   * @param seed of the samples
   */
  TextDrawing drawing(
      Recipe recipe, Steering steering, Optional<String> weights, long seed, Device device)
      throws IOException {
    if (unclip != null) {
      UsageException.unless(
          weights.isEmpty(),
          "--weights: expected with a folder of Stable Diffusion, got one of unCLIP, whose weights are kept as floats");
      return staging.drawing(unclip, recipe, wish(), seed, device);
    }
    Ready ready = ready(recipe, steering.pictureSize(), weights, device);
    Sampler sampler =
        steering.ofLatents(recipe.sampler().create(recipe.reverse()), ready, seed, device);
    Asked asked = ready.asked(steering.besideLatents(ready, seed, device));
    return new TextDrawing(
        sampler,
        asked,
        ready.latents(),
        ready.pipeline()::pictures,
        ready.picture(),
        ready.picture(),
        ready.fingerprint() + ", seed " + seed + steering.fingerprint(sampler));
  }

  /**
   * Loads the folder; the innermost scope owns its parameters.
   *
   * @param recipe how pictures are drawn
   * @param usual their size unless told otherwise; empty for that of the folder
   * @param weights how they are kept: stored, float or half; empty for what fits what is changed of them
   */
  private Ready ready(
      Recipe recipe, Optional<PictureSize> usual, Optional<String> weights, Device device)
      throws IOException {
    StableDiffusionFolder opened = requireNonNull(folder);
    TextToPicture.checked(recipe);
    int factor = factor();
    PictureSize wanted = size(usual);
    UsageException.unless(
        wanted.height() % factor == 0 && wanted.width() % factor == 0,
        Text.of("--size: expected multiples of %d pixels, got %s", factor, wanted));
    UsageException.unless(
        recipe.guidance().asksTwice() || negatives.isEmpty(),
        "--negative-prompt: expected with --guidance above 1, which leads away from it, got none");
    Wish wish = wish();
    opened.remarks().forEach(Telling::warn);
    Adaptation adaptation = adapting.read();
    WeightWidth width = width(weights, adaptation, device);
    TextToPicture pipeline = TextToPicture.open(opened, adaptation, width, device);
    tellCut(pipeline.texts()::cut, "--prompt", prompts);
    tellCut(pipeline.texts()::cut, "--negative-prompt", negatives);
    return new Ready(
        pipeline,
        pipeline.said(wish, recipe, TextToPicture.whole(wanted.height(), wanted.width())),
        recipe,
        pipeline.latents(wanted.height(), wanted.width()),
        Shape.of(wanted.height(), wanted.width(), 3),
        Text.of(
            "%s %s, %s, %s, %s %s",
            opened.folder().toAbsolutePath().normalize(),
            opened.written(),
            wish,
            wanted,
            recipe.sampler(),
            recipe.clipping()
                + " "
                + recipe.guidance()
                + adapting.fingerprint()
                + (width == WeightWidth.HALF ? ", half" : "")));
  }

  /** How the weights are kept; stored and float make no difference but in memory. */
  private static WeightWidth width(Optional<String> name, Adaptation adaptation, Device device) {
    if (name.isEmpty()) {
      return adaptation.width();
    }
    WeightWidth width =
        switch (name.get()) {
          case "stored" -> WeightWidth.STORED;
          case "float" -> WeightWidth.FLOAT;
          case "half" -> WeightWidth.HALF;
          default ->
            throw new UsageException("--weights: expected stored, float or half with a"
                + " folder that draws texts, got "
                + name.get());
        };
    UsageException.unless(
        width == WeightWidth.FLOAT || adaptation.loras().isEmpty(),
        "--weights: expected float with --lora, which changes them, got " + name.get());
    UsageException.unless(
        width != WeightWidth.HALF || device.holds(DType.F16),
        Text.of(
            "--weights: expected stored or float on the device %s, which holds no numbers of half width, got half",
            device.name()));
    return width;
  }

  static void tellCut(ToIntFunction<String> lost, String option, List<String> texts) {
    for (String text : texts) {
      int cut = lost.applyAsInt(text);
      if (cut > 0) {
        Telling.warn(Text.of(
            "%s: the last %d tokens of '%s' are not seen, as the text is too long for the model",
            option, cut, Text.shown(text, SHOWN)));
      }
    }
  }
}
