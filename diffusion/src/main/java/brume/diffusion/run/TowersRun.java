package brume.diffusion.run;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.Resize.resizeBilinear;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.network.TextRows;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.settings.SettingException;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.Role;
import brume.nn.text.Clip;
import brume.nn.text.ClipStates;
import brume.nn.text.ClipText;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.util.List;

/**
 * A run that has learned to compare pictures with texts, as another run asks it: for the words of texts, as
 * Stable Diffusion does, and for the directions of texts and of pictures, as DALL·E 2 does.
 */
public final class TowersRun {

  private static final double LEAST_LENGTH = 1e-12;

  private final Shape sees;
  private final RunTokenizer tokenizer;
  private final Clip clip;

  private TowersRun(Shape sees, RunTokenizer tokenizer, Clip clip) {
    this.sees = sees;
    this.tokenizer = tokenizer;
    this.clip = clip;
  }

  /**
   * Opens a run with the average of its newest checkpoint.
   *
   * @param run its folder
   * @param device where the towers are to live, owned by the innermost scope
   * @return the run
   * @throws IOException if there is none, it has learned something else, or is damaged or not begun
   */
  public static TowersRun open(RunFolder run, Device device) throws IOException {
    Recipe recipe = recipe(run);
    TextRows rows = recipe.network().reads().orElseThrow();
    Checkpoint newest = new Checkpoints(run)
        .newest()
        .orElseThrow(() -> new IOException(run.path()
            + ": expected a run that has learned to compare pictures with texts, got one without a"
            + " checkpoint; train it first"));
    RunTokenizer tokenizer = RunTokenizer.open(run, rows);
    Clip clip = Clip.of(SavedModel.load(recipe, newest, "average", device));
    return new TowersRun(recipe.data().shape(), tokenizer, clip);
  }

  /**
   * The recipe of such a run.
   *
   * @param run its folder
   * @return its recipe
   * @throws IOException if there is none, or it learns something else
   */
  static Recipe recipe(RunFolder run) throws IOException {
    if (!run.holdsRun()) {
      throw new IOException(run.path()
          + ": expected the folder of a run that has learned to compare pictures with texts, found no"
          + " config.json in it; train one with --network clip --objective contrastive");
    }
    Recipe recipe = Recipes.read(run.config());
    if (recipe.network().role() != Role.TOWERS) {
      throw new IOException(Text.of(
          "%s: expected a run whose network %s, got one that %s",
          run.path(), Role.TOWERS.sentence(), recipe.network().role().sentence()));
    }
    return recipe;
  }

  /**
   * Channels of what the run says of a word, of a run that need not have learned yet.
   *
   * @param run its folder
   * @return C
   * @throws IOException if there is none, or it learns something else
   */
  static int channels(RunFolder run) throws IOException {
    return recipe(run).network().reads().orElseThrow().channels();
  }

  /**
   * Channels of what the run says of a picture, of a run that need not have learned yet.
   *
   * @param run its folder
   * @return C
   * @throws IOException if there is none, or it learns something else
   */
  static int pictureChannels(RunFolder run) throws IOException {
    return recipe(run).network().reads().orElseThrow().directions();
  }

  /**
   * Texts word by word: states of the text tower, normalized, those of the padding among them; and each as a
   * direction of length √C.
   *
   * @param skipped layers at the end that words do not go through. What a word says itself gets lost among what
   *     stands before it: where a noun and its adjective shall be told from those of others, the first layers
   *     say more than the last
   * @return (N, L, C) of texts
   * @throws SettingException if no layer is left
   */
  public TextEncoder words(int skipped) {
    ClipText tower = clip.text();
    int layers = tower.config().layers().layers();
    SettingException.unless(
        skipped < layers,
        "{skipped}: expected less than the %d layers of the text tower, got %d",
        layers,
        skipped);
    return new TextEncoder() {
      @Override
      public Context said(List<String> texts) {
        try (Tape.Pause pause = Tape.pause()) {
          ClipStates states = tower.encode(tokenizer.rows(texts), Pass.inference());
          return Context.of(states.normalized(skipped)).withVector(inUnits(states.projected()));
        }
      }

      @Override
      public int channels() {
        return tower.config().layers().dim();
      }

      @Override
      public int cut(String text) {
        return tokenizer.cut(text);
      }
    };
  }

  /**
   * Pictures as directions, which texts of them share.
   *
   * @return (N, C) of pictures, of length √C, so that numbers vary about as far as those of noise
   */
  public PictureEncoder pictures() {
    return new PictureEncoder() {
      @Override
      public Variable seen(Tensor x) {
        try (Tape.Pause pause = Tape.pause()) {
          return inUnits(clip.ofPictures(Variable.constant(x), Pass.inference()));
        }
      }

      @Override
      public int channels() {
        return clip.vision().config().projection();
      }
    };
  }

  /**
   * How close pictures are to their texts, by the mean of several looks at each. Larger and smaller ones are brought to the
   * size that the tower sees.
   *
   * @param texts of pictures in turn
   * @return means of cosines, all times the same number
   * @see Nudges
   */
  Choice.Fit fit(List<String> texts) {
    List<String> distinct = texts.stream().distinct().toList();
    double[] said = directions(distinct).value().toDoubles();
    return (first, drawn) -> {
      int count = drawn.shape().dim(0);
      double[] fits = new double[count];
      List<Nudges> looks = Nudges.around(Math.max(1, clip.vision().config().patch() / 4));
      for (Nudges look : looks) {
        try (Scope scope = Scope.open()) {
          double[] seen = pictures().seen(look.of(inSize(drawn))).value().toDoubles();
          int channels = seen.length / count; // all times the same length
          for (int n = 0; n < count; n++) {
            int row = distinct.indexOf(texts.get((int) ((first + n) % texts.size())));
            for (int c = 0; c < channels; c++) {
              fits[n] += said[row * channels + c] * seen[n * channels + c] / looks.size();
            }
          }
        }
      }
      return fits;
    };
  }

  /** (height, width, channels) of pictures that it compares. */
  Shape sees() {
    return sees;
  }

  /**
   * Whether pictures can be brought to the size that it sees.
   *
   * @param pictures (H, W, C)
   * @return false if they would be stretched, or have other channels
   */
  boolean compares(Shape pictures) {
    return pictures.dim(0) * sees.dim(1) == pictures.dim(1) * sees.dim(0)
        && pictures.dim(2) == sees.dim(2);
  }

  /** Means over squares of pixels where pictures are larger, and numbers between those of pixels for the rest. */
  private Tensor inSize(Tensor pictures) {
    int height = sees.dim(0), width = sees.dim(1), times = pictures.shape().dim(1) / height;
    try (Tape.Pause pause = Tape.pause()) {
      Variable x = Variable.constant(pictures);
      Variable near = times > 1 ? averagePool(x, times) : x;
      boolean fits = near.shape().dim(1) == height;
      return fits ? near.value() : resizeBilinear(near, height, width).value();
    }
  }

  /** Vectors of length √C. */
  private static Variable inUnits(Variable vectors) {
    return scale(normalize(vectors, -1, LEAST_LENGTH), Math.sqrt(vectors.shape().dim(1)));
  }

  /**
   * Texts as directions, which pictures of them share.
   *
   * @param texts N, at least one
   * @return (N, C) of length one, owned by the innermost scope; no gradient leads through it
   */
  public Variable directions(List<String> texts) {
    try (Tape.Pause pause = Tape.pause()) {
      return clip.ofTexts(tokenizer.rows(texts), Pass.inference());
    }
  }
}
