package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.data.PictureSize;
import brume.diffusion.exchange.PixelFolder;
import brume.diffusion.exchange.SmallerPicture;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.exchange.TextFolder;
import brume.diffusion.exchange.UnclipFolder;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.pipeline.Adaptation;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.pipeline.Wish;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.SettingException;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of drawing what a text says, with a folder that can. */
final class Prompting {

  @Mixin
  private Wishing wishing = new Wishing();

  @Mixin
  private Reading reading = new Reading();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "With --prompt: side of the pictures in pixels, or height and width as 512x768. Default:"
              + " as the folder says.")
  private @Nullable String size;

  @Mixin
  private ToldSizes told = new ToldSizes();

  @Option(
      names = "--variant",
      paramLabel = "WORD",
      description =
          "With --prompt and a folder of which weights are there in several ways: the word in the"
              + " names of the files to read, such as fp16. Default: none, or the only one.")
  private @Nullable String variant;

  private final boolean enlarges;

  @Mixin
  private Adapting adapting = new Adapting();

  @Mixin
  private Staging staging = new Staging();

  private @Nullable TextFolder folder;
  private @Nullable UnclipFolder unclip; // or this one

  /**
   * Options of a command.
   *
   * @param enlarges whether it gives pictures that are enlarged
   */
  Prompting(boolean enlarges) {
    this.enlarges = enlarges;
  }

  /** What samples shall show. */
  Wishing wishing() {
    return wishing;
  }

  /** Looks at a place; true if it is a folder that draws texts. */
  boolean opens(Path place, Optional<String> sampler, Optional<String> variant) throws IOException {
    if (!enlarges && UnclipFolder.isOne(place)) {
      unclip = UnclipFolder.open(place, sampler, variant);
      return true;
    }
    if (PixelFolder.isOne(place)) {
      folder = PixelFolder.open(place, sampler, variant);
      return true;
    }
    if (!StableDiffusionFolder.isOne(place)) {
      return false;
    }
    folder = StableDiffusionFolder.open(place, sampler, variant);
    return true;
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
        isOpen() || wishing.areRead() || given.isEmpty(),
        given
            + ": expected with a model that draws texts, a folder with a text_encoder or a run of"
            + " --condition text, got another");
    UsageException.unless(
        isOpen() || ofFolders().isEmpty(),
        ofFolders()
            + ": expected with --from and a folder that draws texts, got a run, which draws as it"
            + " has learned");
    UsageException.unless(
        folder == null || enlarges || folder.smaller().isEmpty(),
        "--from: expected a folder that draws of texts alone, got one that enlarges pictures; ask"
            + " it with brume enlarge --image PICTURE");
    UsageException.unless(
        folder == null || !enlarges || folder.smaller().isPresent(),
        "--from: expected a folder that enlarges pictures, got one that draws; ask it with brume"
            + " sample");
    UsageException.unless(
        folder == null || !reading.hasSeconds() || folder.towers() == 2,
        "--prompt-2: expected with a folder of two text encoders, got one");
    UsageException.unless(
        folder == null || told.given().isEmpty() || folder.towers() == 2,
        told.given()
            + ": expected with a folder of Stable Diffusion XL, got one that is told no sizes");
    String ofLatents = first(reading.skip(), adapting.given());
    UsageException.unless(
        !(folder instanceof PixelFolder) || ofLatents.isEmpty(),
        ofLatents
            + ": expected with a folder of Stable Diffusion, got one of IF, which has no such"
            + " thing");
    UsageException.unless(
        !isOpen() || !wishing.prompts().isEmpty(),
        "--from: expected with --prompt TEXT, as this folder draws what a text says, got none");
    UsageException.unless(
        unclip != null || staging.given().isEmpty(),
        staging.given() + ": expected with --from and a folder of unCLIP, got another model");
    UsageException.unless(
        unclip == null || ofOneStage().isEmpty(),
        ofOneStage()
            + ": expected with a folder of Stable Diffusion, got one of unCLIP, which has no such"
            + " thing");
    staging.check();
    reading.check(wishing.prompts().size());
    wishing.check();
  }

  /** An option that was given; empty for none. */
  private String given() {
    return first(wishing.given(), ofFolders(), staging.given());
  }

  private static String first(String... options) {
    return Stream.of(options).filter(option -> !option.isEmpty()).findFirst().orElse("");
  }

  /** How a smaller picture is shown to the network of a folder that enlarges. */
  Optional<SmallerPicture> smaller() {
    return requireNonNull(folder).smaller();
  }

  /** How many times larger pictures are than latents. */
  int factor() {
    return requireNonNull(folder).factor();
  }

  /** The first option that is given and means something to folders alone, or none. */
  private String ofFolders() {
    return first(ofOneNetwork(), variant != null ? "--variant" : "");
  }

  private String ofOneNetwork() {
    return first(
        size != null ? "--size" : "",
        reading.skip(),
        reading.second(),
        told.given(),
        adapting.given());
  }

  /** The first option that is given and means nothing where a picture is drawn in stages, or none. */
  private String ofOneStage() {
    return first(wishing.hasNegatives() ? "--negative-prompt" : "", ofOneNetwork());
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
   * @param random what is random in it
   */
  TextDrawing drawing(
      Recipe recipe, Steering steering, Optional<String> weights, Randomness random, Device device)
      throws IOException {
    if (unclip != null) {
      UsageException.unless(
          weights.isEmpty(),
          "--weights: expected with a folder of Stable Diffusion, got one of unCLIP, whose weights"
              + " are kept as floats");
      unclip.remarks().forEach(Telling::warn);
      return staging.drawing(unclip, recipe, wishing, random, device);
    }
    Ready ready = ready(recipe, steering.pictureSize(), weights, device);
    Sampler sampler =
        steering.ofLatents(recipe.sampler().create(recipe.reverse()), ready, random, device);
    Asked asked = ready.asked(steering.besideLatents(ready, random, device));
    return new TextDrawing(
        sampler,
        asked,
        Optional.of(ready.pipeline().recorder()),
        ready.latents(),
        ready.pipeline()::pictures,
        ready.picture(),
        ready.picture(),
        ready.fingerprint() + steering.fingerprint(sampler));
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
    TextFolder opened = requireNonNull(folder);
    TextToPicture.checked(recipe);
    int factor = factor();
    PictureSize wanted = size(usual);
    UsageException.unless(
        wanted.height() % factor == 0 && wanted.width() % factor == 0,
        Text.of("--size: expected multiples of %d pixels, got %s", factor, wanted));
    wishing.requireLed(recipe.guidance().asksTwice());
    Wish wish = reading.wish(wishing);
    List<Integer> sizes = told.of(wanted);
    opened.remarks().forEach(Telling::warn);
    Adaptation adaptation = adapting.read();
    WeightWidth width = width(weights, adaptation, device);
    TextToPicture pipeline = TextToPicture.open(opened, adaptation, width, device);
    wishing.tellCut(pipeline.texts()::cut);
    return new Ready(
        pipeline,
        pipeline.said(wish, recipe, sizes),
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
                + (told.given().isEmpty() ? "" : " " + sizes)
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
            "--weights: expected stored or float on the device %s, which holds no numbers of half"
                + " width, got half",
            device.name()));
    return width;
  }
}
