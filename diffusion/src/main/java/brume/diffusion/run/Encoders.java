package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.network.LatentSettings;
import brume.diffusion.network.Latents;
import brume.diffusion.network.Pretrained;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.ConditionSettings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.nn.Adapters;
import brume.nn.Context;
import brume.nn.Network;
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
import java.util.Optional;

/**
 * What was learned before and stands between a model and its data, or tells it what to draw. It does not
 * change while the model learns, but for what the model itself learns of its texts: a word, or adapters.
 *
 * @param texts says something of texts, of networks that are told it
 * @param pictures says something of pictures, of networks that are told it
 * @param words takes texts apart, of networks that read them themselves
 * @param towers tell how well pictures fit texts, where the model is told what such a run says, or names one for that
 * @param space in which the model sees pictures; empty where it sees them as they are
 * @param before draws what the network is told, once samples are drawn
 */
public record Encoders(
    Optional<TextEncoder> texts,
    Optional<PictureEncoder> pictures,
    Optional<RunTokenizer> words,
    Optional<TowersRun> towers,
    Optional<LatentSpace> space,
    Optional<Predecessor> before) {

  private static final int MEASURED = 256; // pictures, of whose latents the spread is taken

  private static final Encoders NONE = new Encoders(
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty());

  /**
   * Nothing stands between.
   *
   * @return no encoders
   */
  public static Encoders none() {
    return NONE;
  }

  /**
   * Those that a recipe names.
   *
   * @param recipe of a run
   * @param run its folder, in which some of them may lie
   * @param device where they are to live, owned by the innermost scope
   * @return the encoders
   * @throws IOException if one is missing or damaged, or another than the recipe says
   */
  public static Encoders open(Recipe recipe, RunFolder run, Device device) throws IOException {
    ConditionSettings condition = recipe.condition();
    Optional<TowersRun> towers = Optional.empty();
    Optional<TextEncoder> texts = Optional.empty();
    if (condition.texts().isPresent()) {
      RunFolder from = run.upon(condition.texts().get());
      if (Pretrained.isAt(from.path())) {
        SettingException.unless(
            condition.skipped() == 0,
            "{skipped}: expected 0 with text encoders of a folder, which says what its network is told, got %d",
            condition.skipped());
        Pretrained folder = Pretrained.at(from.path());
        texts = Optional.of(PretrainedTexts.open(folder, recipe.data().shape(), device));
      } else {
        towers = Optional.of(TowersRun.open(from, device));
        texts = towers.map(each -> each.words(condition.skipped()));
      }
      requireChannels(condition.wordChannels(), from, texts.orElseThrow().channels());
    }
    Optional<PictureEncoder> pictures = Optional.empty();
    if (condition.pictures().isPresent()) {
      RunFolder from = run.upon(condition.pictures().get());
      towers = Optional.of(TowersRun.open(from, device));
      pictures = towers.map(TowersRun::pictures);
      requireChannels(condition.pictureChannels(), from, pictures.orElseThrow().channels());
    }
    if (condition.judgedBy().isPresent()) {
      towers = Optional.of(TowersRun.open(run.upon(condition.judgedBy().get()), device));
    }
    Optional<RunTokenizer> words = Optional.empty();
    if (recipe.network().reads().isPresent()) {
      words = Optional.of(RunTokenizer.open(run, recipe.network().reads().get()));
    }
    return new Encoders(
        texts, pictures, words, towers, space(recipe, run, device), Optional.empty());
  }

  private static Optional<LatentSpace> space(Recipe recipe, RunFolder run, Device device)
      throws IOException {
    if (recipe.latents() instanceof Latents.Encoded encoded) {
      RunFolder from = run.upon(encoded.folder());
      requireSame(encoded, AutoencoderRun.resolved(encoded, from), from);
      return Optional.of(AutoencoderRun.open(from, encoded.scale(), device));
    }
    if (recipe.latents() instanceof Latents.Vectors vectors) {
      RunFolder from = run.upon(vectors.folder());
      return Optional.of(new VectorSpace(TowersRun.open(from, device).pictures()));
    }
    return Optional.empty();
  }

  private static void requireSame(LatentSettings asked, LatentSettings got, RunFolder from)
      throws IOException {
    if (!asked.equals(got)) {
      throw new IOException(Text.of(
          "%s: expected a run whose latents have the sizes of the recipe, got another; give the run that this one"
              + " was trained with",
          from.path()));
    }
  }

  private static void requireChannels(int expected, RunFolder from, int got) throws IOException {
    if (got != expected) {
      throw new IOException(Text.of(
          "%s: expected a run that says %d numbers of a word or a picture, as the recipe has it, got one that says"
              + " %d; give the run that this one was trained with",
          from.path(), expected, got));
    }
  }

  /**
   * Those that a recipe names, with what draws what the network is told.
   *
   * @param recipe of a run
   * @param run its folder
   * @param device where they are to live, owned by the innermost scope
   * @return the encoders
   * @throws IOException as of {@link #open}
   */
  public static Encoders drawing(Recipe recipe, RunFolder run, Device device) throws IOException {
    Encoders learned = open(recipe, run, device);
    Optional<String> before = recipe.condition().drawnBy();
    return before.isEmpty()
        ? learned
        : learned.after(Predecessor.open(run.upon(before.get()), device));
  }

  /**
   * What others have trained to encode texts, to try a recipe before it is a run.
   *
   * @param recipe of a run to be
   * @param device where it is to live, owned by the innermost scope
   * @return no encoders if the recipe names no such folder
   * @throws IOException if it cannot be read
   */
  public static Encoders ofOthers(Recipe recipe, Device device) throws IOException {
    Optional<Path> from = recipe.condition().texts().map(Path::of);
    return from.isPresent() && Pretrained.isAt(from.get())
        ? NONE.telling(
            PretrainedTexts.open(Pretrained.at(from.get()), recipe.data().shape(), device))
        : NONE;
  }

  /** The same with what a network learns of its texts: a word, or adapters beside the layers of their encoders. */
  Encoders with(Network learner) {
    return texts.map(each -> telling(learning(each, learner))).orElse(this);
  }

  private static TextEncoder learning(TextEncoder texts, Network learner) {
    List<Adapters> adapters = learner.textAdapters();
    TextEncoder told = learner.newWord().map(word -> texts.with(word)).orElse(texts);
    return adapters.isEmpty() ? told : told.with(adapters);
  }

  private Encoders telling(TextEncoder said) {
    return new Encoders(Optional.of(said), pictures, words, towers, space, before);
  }

  /** The same for samples that are latents already. */
  Encoders ofLatents() {
    return new Encoders(texts, pictures, words, towers, Optional.empty(), before);
  }

  private Encoders after(Predecessor run) {
    return new Encoders(texts, pictures, words, towers, space, Optional.of(run));
  }

  /**
   * A recipe with everything spelled out that follows from the runs on which it builds, and from the data.
   *
   * @param recipe of a run
   * @param run its folder
   * @param data what is learned from
   * @param device where to compute
   * @return the recipe
   * @throws IOException if something cannot be read
   */
  public static Recipe spelledOut(Recipe recipe, RunFolder run, Dataset data, Device device)
      throws IOException {
    return measured(resolved(recipe, run), run, data, device);
  }

  /**
   * A recipe with the sizes spelled out of what the runs tell on which it builds.
   *
   * @param recipe of a run
   * @param run its folder
   * @return the recipe
   * @throws IOException if one of them cannot be read
   */
  public static Recipe resolved(Recipe recipe, RunFolder run) throws IOException {
    Recipe sized = InitialWord.resolved(recipe);
    if (recipe.latents() instanceof Latents.Encoded encoded) {
      sized = sized.with(AutoencoderRun.resolved(encoded, run.upon(encoded.folder())));
    } else if (recipe.latents() instanceof Latents.Vectors vectors) {
      int channels = TowersRun.pictureChannels(run.upon(vectors.folder()));
      sized = sized.with(new Latents.Vectors(vectors.folder(), channels));
    }
    ConditionSettings condition = recipe.condition();
    int words = condition.wordChannels(), pictures = condition.pictureChannels();
    if (words == 0 && condition.texts().isPresent()) {
      words = textChannels(run.upon(condition.texts().get()));
    }
    if (pictures == 0 && condition.pictures().isPresent()) {
      pictures = TowersRun.pictureChannels(run.upon(condition.pictures().get()));
    }
    return sized.with(condition.withChannels(words, pictures));
  }

  private static int textChannels(RunFolder from) throws IOException {
    return Pretrained.isAt(from.path())
        ? Pretrained.at(from.path()).tokenChannels()
        : TowersRun.channels(from);
  }

  /** With what has to be measured before training begins: how large latents are. */
  private static Recipe measured(Recipe recipe, RunFolder run, Dataset data, Device device)
      throws IOException {
    if (!(recipe.latents() instanceof Latents.Encoded encoded) || encoded.scale() > 0) {
      return recipe;
    }
    try (Scope scope = Scope.open()) {
      int count = Math.min(MEASURED, data.size()), size = data.pictureLength();
      float[] some = new float[Shape.product(count, size)];
      for (int n = 0; n < count; n++) {
        data.read(n, false, some, n * size);
      }
      Shape shape = Shape.of(count, data.height(), data.width(), data.channels());
      double scale = AutoencoderRun.open(run.upon(encoded.folder()), 1, device)
          .unitScale(PictureTensor.of(device, shape, some), RandomKey.of(recipe.seed()));
      return recipe.with(
          new Latents.Encoded(encoded.folder(), encoded.factor(), encoded.channels(), scale));
    }
  }

  /**
   * Whether samples are drawn as texts say.
   *
   * @return true if the model is told texts, or what tells it
   */
  public boolean readsTexts() {
    return texts.isPresent() || before.filter(Predecessor::readsTexts).isPresent();
  }

  /**
   * How well pictures fit texts, as those towers see it whose words the model, or the run before it, is told.
   *
   * @param said texts of pictures in turn
   * @param shape (H, W, C) of the pictures
   * @return larger for what fits better
   * @throws SettingException if there are no towers, or they look at pictures of another shape or other channels
   */
  Choice.Fit fit(List<String> said, Shape shape) {
    TowersRun comparing = towers
        .or(() -> before.flatMap(run -> run.model().encoders().towers()))
        .orElseThrow(
            () -> new SettingException(
                "{bestOf}: expected 1, as the run was told no texts by towers of another run, which could compare"
                    + " pictures with them, got more; the condition text names a judge when a run is trained"));
    SettingException.unless(
        comparing.compares(shape),
        "{bestOf}: expected 1, as the towers look at pictures of %s (height, width, channels) and those that are"
            + " drawn have %s, got more",
        comparing.sees(),
        shape);
    return comparing.fit(said);
  }

  /**
   * Whether captions of samples are looked at.
   *
   * @return true if {@link #encoded} wants some
   */
  public boolean read() {
    return texts.isPresent() || words.isPresent();
  }

  /**
   * A batch as the model sees it.
   *
   * @param batch as it was read
   * @param captions a text of each sample; none if nothing looks at them
   * @param key of the step
   * @return with what encoders say, owned by the innermost scope
   */
  public Batch encoded(Batch batch, List<String> captions, RandomKey key) {
    Batch read = words.isEmpty() ? batch : batch.withWords(words.get().rows(captions));
    Optional<Context> said = texts.map(each -> {
      List<String> all = new ArrayList<>(captions);
      all.add(""); // what is said where nothing is told
      return each.said(all);
    });
    Optional<Context> seen = pictures.map(each -> seen(each, batch.x0()));
    if (said.isPresent() && seen.isPresent()) {
      read = read.withSaid(Joined.ofBatch(said.get(), seen.get()));
    } else if (said.isPresent() || seen.isPresent()) {
      read = read.withSaid(said.or(() -> seen).orElseThrow());
    }
    return space.isEmpty() ? read : read.withX0(space.get().of(batch.x0(), batch.first(), key));
  }

  /** (N + 1, 1, C) vectors of pictures; the last row is 0. */
  private static Context seen(PictureEncoder encoder, Tensor x0) {
    try (Tape.Pause pause = Tape.pause()) {
      Variable vectors = encoder.seen(x0);
      Variable nothing = scale(slice(vectors, 0, 0, 1), 0);
      Variable all = concatenate(0, vectors, nothing);
      return Context.of(reshape(all, Shape.of(all.shape().dim(0), 1, encoder.channels())));
    }
  }
}
