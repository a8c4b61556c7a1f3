package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.guidance.BlendedEstimates;
import brume.diffusion.image.Gif;
import brume.diffusion.image.Grids;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Interpolation;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brume interpolate}: pictures between two others. */
@Command(
    name = "interpolate",
    description =
        "Draws pictures between two others: both get noise, are mixed, and are freed of it together.",
    sortOptions = false)
final class InterpolateCommand implements Callable<Integer> {

  private static final int FRAME_MS = 120, LAST_FRAME_MS = 1000;

  @Mixin
  private SavedPlace saved = new SavedPlace();

  @Option(
      names = "--between",
      paramLabel = "A,B",
      defaultValue = "0,1",
      description = "Numbers of two samples of the run's seed, or of two pictures of its data."
          + " Default: ${DEFAULT-VALUE}.")
  private String between = "0,1";

  @Option(
      names = "--class",
      paramLabel = "A,B",
      description =
          "Classes of the two samples, by number, name or part of a name, of a run that knows classes; what is"
              + " between them is asked for both. Default: those in whose turn they are.")
  private @Nullable String classes;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What pictures show, of a run that draws what texts say; given twice, what either end shows.")
  private List<String> prompts = List.of();

  @Option(names = "--of-data", description = "Take pictures of the run's data instead of samples.")
  private boolean ofData;

  @Option(
      names = "--noise",
      paramLabel = "X",
      defaultValue = "0.5",
      description =
          "How far the pictures go back into noise, as a part of the sampler's steps, 0 to 1."
              + " Default: ${DEFAULT-VALUE}.")
  private double share;

  @Option(
      names = "--frames",
      paramLabel = "N",
      defaultValue = "9",
      description = "Pictures in all, with both ends. Default: ${DEFAULT-VALUE}.")
  private int frames;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A .png with all in a row, or a .gif. Default: interpolation.png.")
  private Path out = Path.of("interpolation.png");

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    UsageException.unless(frames >= 2, "--frames: expected 2 or more, got " + frames);
    UsageException.unless(
        share > 0 && share <= 1, "--noise: expected above 0, up to 1, got " + share);
    SampleNumbers numbers = numbers();
    StepsOut.refuseUnwritable("--out", out);
    Recipe recipe = saved.recipe();
    UsageException.unless(
        !recipe.data().exhibit().plots() && recipe.latents().shows(),
        saved.option() + ": expected a model of pictures, got one of "
            + recipe.data().title());
    UsageException.unless(
        !ofData || saved.from().isEmpty(),
        "--of-data: expected with a --run, whose data are known, got it with --from");
    UsageException.unless(
        classes == null || !ofData, "--class: expected without --of-data, got both");
    List<Picture> pictures;
    try (@Nullable Dataset data = ofData ? recipe.data().open() : null) {
      pictures = pictures(recipe, numbers, data);
    }
    if (out.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
      List<Picture> large = pictures.stream()
          .map(picture -> Grids.of(List.of(picture)).toPicture())
          .toList();
      Gif.write(out, large, FRAME_MS, LAST_FRAME_MS);
    } else {
      ImageGrid.of(pictures).withColumns(pictures.size()).withScale(2).write(out);
    }
    Telling.say("wrote " + out);
    return 0;
  }

  private List<Picture> pictures(Recipe recipe, SampleNumbers numbers, @Nullable Dataset data)
      throws IOException {
    List<Integer> ends = ends(recipe, numbers, data);
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      Source source = saved.source(recipe, device);
      requirePrompts(source);
      Asked at = asked(source, 0, ends.subList(0, ends.size() / 2));
      Asked to =
          prompts.size() == 1 ? at : asked(source, 1, ends.subList(ends.size() / 2, ends.size()));
      Tensor first = end(source, at, data, numbers.at(0), device);
      Tensor second = end(source, to, data, numbers.at(1), device);
      Denoised begin = at.of(0, 1);
      return between(source, begin, at == to ? begin : to.of(0, 1), first, second, device);
    }
  }

  private void requirePrompts(Source source) {
    boolean reads = source.model().encoders().readsTexts();
    UsageException.unless(
        reads || prompts.isEmpty(),
        "--prompt: expected a run that draws what a text says, got another");
    UsageException.unless(
        !reads || prompts.size() == 1 || prompts.size() == 2,
        saved.option()
            + ": expected with one --prompt TEXT, or one for either end, as this run draws what a text says, got "
            + (prompts.isEmpty() ? "none" : prompts.size()));
  }

  private Asked asked(Source source, int end, List<Integer> classes) {
    return prompts.isEmpty()
        ? source.asked().apply(classes)
        : Asked.told(
            source.model(),
            source.recipe().withBestOf(1), // ends are the samples of their numbers
            List.of(prompts.get(end)),
            List.of(""),
            source.seed());
  }

  private SampleNumbers numbers() {
    try {
      SampleNumbers numbers = SampleNumbers.parse(between);
      UsageException.unless(
          numbers.count() == 2, "--between: expected two numbers such as 0,1, got " + between);
      return numbers;
    } catch (IllegalArgumentException none) {
      throw new UsageException("--between: " + none.getMessage());
    }
  }

  /** The class at either end; none if the run knows none. */
  private List<Integer> ends(Recipe recipe, SampleNumbers numbers, @Nullable Dataset data) {
    List<String> known = recipe.classes();
    List<Integer> named = Classes.named(classes, known);
    if (classes != null) {
      UsageException.unless(
          named.size() == 2, "--class: expected two classes such as 3,boot, got " + classes);
      return named;
    }
    if (known.isEmpty()) {
      return named;
    }
    List<Integer> ends = new ArrayList<>();
    for (long i = 0; i < 2; i++) {
      long number = numbers.at(i);
      requireIn(data, number);
      ends.add(data == null ? (int) (number % known.size()) : data.label((int) number));
    }
    return ends;
  }

  private static void requireIn(@Nullable Dataset data, long number) {
    UsageException.unless(
        data == null || number < data.size(),
        data == null
            ? ""
            : Text.of(
                "--between: expected numbers below %d (the pictures there are), got %d",
                data.size(), number));
  }

  /** (1, h, w, c) one of the ends, as the model sees it. */
  private Tensor end(Source source, Asked model, @Nullable Dataset data, long number, Device device)
      throws IOException {
    Randomness random = Randomness.of(source.seed());
    Canvas canvas = Canvas.of(source, random, device);
    if (data != null) {
      requireIn(data, number);
      float[] values = new float[canvas.picture().size()];
      data.read((int) number, false, values, 0);
      return canvas
          .seen()
          .apply(PictureTensor.of(device, GivenPicture.batched(canvas.picture()), values));
    }
    Shape one = GivenPicture.batched(canvas.sampled());
    NoiseSource noise = random.samples(number);
    Tensor drawn = source
        .sampler()
        .sample(model.of(number, 1), noise.start(device, one), noise, SamplingListener.NONE);
    return source.recipe().latents().from().isPresent()
        ? drawn
        : PictureTensor.of(device, one, PictureTensor.toUnit(drawn)); // as it would be shown
  }

  private List<Picture> between(
      Source source, Denoised at, Denoised to, Tensor first, Tensor second, Device device) {
    int steps = source.sampler().steps();
    int last = Math.max(1, Math.min(steps - 1, (int) Math.round(share * steps)));
    Interpolation interpolation = new Interpolation(source.sampler(), last);
    RandomKey key = RandomKey.of(source.seed()).child("interpolation");
    NoiseSource noise = NoiseSource.keyed(key, 0), other = NoiseSource.keyed(key, 1);
    Tensor firstNoise = noise.start(device, first.shape());
    Tensor secondNoise = other.start(device, second.shape());
    List<Picture> pictures = new ArrayList<>();
    try (TerminalProgress progress = new TerminalProgress("drawing", 0, frames)) {
      for (int i = 0; i < frames; i++) {
        double lambda = (double) i / (frames - 1);
        try (Scope scope = Scope.open()) {
          Tensor drawn = interpolation.between(
              at == to ? at : new BlendedEstimates(at, to, lambda),
              lambda,
              first,
              firstNoise,
              second,
              secondNoise,
              noise,
              SamplingListener.NONE);
          pictures.addAll(PictureTensor.toPictures(source.model().finish().apply(drawn)));
        }
        progress.evenlyAt(i + 1, "pictures");
      }
    }
    return pictures;
  }
}
