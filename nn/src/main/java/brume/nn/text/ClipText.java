package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Where.where;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Select.select;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Adapters;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.Hiding;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEncoding;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The text tower of CLIP: a transformer whose tokens see themselves and what stands before them. What it
 * knows of a whole text stands at the token that ends it.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021)</a>
 */
public final class ClipText implements Layer {

  // Deviations at the beginning. OpenAI has 0.02 and 0.01, for 512 numbers of a token. Where there
  // are 64, what the first layer
  // adds is twenty times as large as that, and the tower forgets words that it need not tell apart.
  // T5 has 1.
  private static final double WORDS = 0.3, PLACES = 0.15;

  private final Parameters at;
  private final ClipTextConfig config;
  private final Variable words; // (V, dim)
  private final Variable places; // (positions, dim)
  private final ClipLayers layers;
  private final LayerNorm norm;
  private final Optional<Linear> projection;
  private final List<Words> more; // learned later
  private final boolean isAdapted;

  /**
   * Rows of words that were learned later.
   *
   * @param first number of the first token that they stand for
   * @param rows (n, dim)
   */
  private record Words(int first, Variable rows) {

    private boolean has(int token) {
      return token >= first && token < first + rows.shape().dim(0);
    }
  }

  /**
   * Creates a tower with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public ClipText(Device device, RandomKey key, ClipTextConfig config) {
    this(Parameters.of(device, key), config);
  }

  /**
   * Creates a tower as a part.
   *
   * @param at where {@code text_model} and {@code text_projection} have their place
   * @param config all settings
   */
  ClipText(Parameters at, ClipTextConfig config) {
    this.at = at;
    this.config = config;
    int dim = config.layers().dim();
    Parameters model = at.child("text_model"), embeddings = model.child("embeddings");
    this.words = table(embeddings, "token_embedding", config.tokens(), dim, WORDS);
    this.places = embeddings
        .child("position_embedding")
        .add("weight", Shape.of(config.positions(), dim), StoredLayout.SAME, places(config));
    this.layers = new ClipLayers(model.child("encoder"), config.layers());
    this.norm =
        new LayerNorm(model.child("final_layer_norm"), dim, config.layers().eps());
    this.projection = config.projection() == 0
        ? Optional.empty()
        : Optional.of(Linear.withoutBias(
            at.child("text_projection"),
            dim,
            config.projection(),
            Gaussian.layers(1 / Math.sqrt(dim))));
    this.more = List.of();
    this.isAdapted = false;
  }

  private ClipText(ClipText of, Words words) {
    this.at = of.at;
    this.config = of.config;
    this.words = of.words;
    this.places = of.places;
    this.layers = of.layers;
    this.norm = of.norm;
    this.projection = of.projection;
    this.more = Stream.concat(of.more.stream(), Stream.of(words)).toList();
    this.isAdapted = of.isAdapted;
  }

  /** In a network of adapters that is being built. */
  private ClipText(ClipText of) {
    this.at = of.at;
    this.config = of.config;
    this.words = of.words;
    this.places = of.places;
    this.layers = of.layers.rebuilt();
    this.norm = of.norm;
    this.projection = of.projection.map(Linear::rebuilt);
    this.more = of.more;
    this.isAdapted = true;
  }

  /**
   * The same tower with adapters beside its matrices, instead of those that it may have.
   *
   * @param adapters get their parameters here, which the innermost scope owns
   * @return a tower that shares its parameters with this one, to which the adapters do not belong
   * @throws Adapters.MissingLayerException if a layer that their rule names is not in it
   */
  public ClipText with(Adapters adapters) {
    return adapters.beside(() -> new ClipText(this));
  }

  /**
   * The same tower with words that were learned later, by textual inversion: some tokens have rows of
   * their own instead of those of the table. They are no words that end a text, whatever their number.
   *
   * @param first number of the first of these tokens
   * @param rows (n, dim) of these tokens, not copied
   * @return a tower that shares its parameters with this one, to which the rows do not belong
   * @throws ShapeException if the rows are of another width
   */
  public ClipText withWords(int first, Tensor rows) {
    return withWords(first, Variable.constant(rows));
  }

  /**
   * The same tower with words that are being learned.
   *
   * @param first number of the first of these tokens
   * @param rows (n, dim) of these tokens
   * @return a tower that shares its parameters with this one, to which the rows do not belong
   * @throws ShapeException if the rows are of another width
   */
  public ClipText withWords(int first, Variable rows) {
    int dim = config.layers().dim();
    ShapeException.unless(
        rows.shape().rank() == 2 && rows.shape().dim(1) == dim,
        "clip: expected rows of words of shape (n, %d), got %s",
        dim,
        rows.shape());
    return new ClipText(this, new Words(first, rows));
  }

  /**
   * Copies rows of its table.
   *
   * @param tokens numbers of words that it knows from the beginning
   * @return (tokens, dim), owned by the innermost scope
   */
  public Tensor rows(int... tokens) {
    return embedding(words, Shape.of(tokens.length), tokens).value();
  }

  /**
   * Whether it has adapters, or words that are being learned.
   *
   * @return true if those of {@link #with} or rows of {@link #withWords(int, Variable)} want gradients
   */
  public boolean learns() {
    return isAdapted || more.stream().anyMatch(words -> words.rows().requiresGradient());
  }

  /**
   * With waves that are larger than words, a noun finds its adjective by where it stands, not by which word it is,
   * and does so with an adjective that it never followed, too. The longest is some twelve times as long as a text
   * may be.
   */
  private static Initializer places(ClipTextConfig config) {
    if (config.waves() == 0) {
      return Gaussian.numbers(PLACES);
    }
    int positions = config.positions(), dim = config.layers().dim();
    double[] places = IntStream.range(0, positions).asDoubleStream().toArray();
    double[] waves = new TimeEncoding.Sinusoidal(2.0 * positions, false, 0).encode(places, dim);
    return (key, count) -> {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) (config.waves() * waves[i]);
      }
      return values;
    };
  }

  private static Variable table(Parameters at, String name, int rows, int dim, double deviation) {
    return at.child(name)
        .add("weight", Shape.of(rows, dim), StoredLayout.SAME, Gaussian.numbers(deviation));
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public ClipTextConfig config() {
    return config;
  }

  /**
   * Where its parameters are.
   *
   * @return the device
   */
  public Device device() {
    return words.value().device();
  }

  /**
   * Encodes texts. Padding is seen as any other token, as in all published pipelines.
   *
   * @param rows (N, L) tokens
   * @param pass training or not
   * @return what the layers made of them
   * @throws ShapeException if rows are longer than there are positions, or have unknown tokens
   */
  public ClipStates encode(TokenRows rows, Pass pass) {
    return encode(rows, Hiding.GONE.causal(words.value().device(), rows.length()), pass);
  }

  /**
   * Encodes texts of which the padding is hidden.
   *
   * @param rows (N, L) tokens
   * @param pass training or not
   * @return what the layers made of them
   * @throws ShapeException if rows are longer than there are positions, or have unknown tokens
   */
  public ClipStates encodeMasked(TokenRows rows, Pass pass) {
    Device device = words.value().device();
    Variable causal = Hiding.GONE.causal(device, rows.length());
    return encode(rows, add(causal, rows.hidden(device)), pass);
  }

  private ClipStates encode(TokenRows rows, Variable hidden, Pass pass) {
    ShapeException.unless(
        rows.length() <= config.positions(),
        "clip: expected rows of at most %d tokens, got %d",
        config.positions(),
        rows.length());
    Variable x = add(found(rows), slice(places, 0, 0, rows.length()));
    return new ClipStates(
        layers.states(x, Optional.of(hidden), pass), ends(rows), norm, projection);
  }

  /** (N, L, dim) of tokens: rows of the table, and in their places those of words learned later. */
  private Variable found(TokenRows rows) {
    int[] known =
        Arrays.stream(rows.tokens()).map(token -> isLater(token) ? 0 : token).toArray();
    Variable x = embedding(words, rows.shape(), known);
    for (Words later : more) {
      int[] tokens = rows.tokens(), numbers = new int[tokens.length];
      double[] here = new double[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        boolean own = later.has(tokens[i]);
        numbers[i] = own ? tokens[i] - later.first() : 0;
        here[i] = own ? 1 : 0;
      }
      Tensor chosen = Tensor.of(device(), Shape.of(rows.rows(), rows.length(), 1), here);
      x = where(Variable.constant(chosen), embedding(later.rows(), rows.shape(), numbers), x);
    }
    return x;
  }

  private boolean isLater(int token) {
    return more.stream().anyMatch(words -> words.has(token));
  }

  /** In the order of (N, L), the place of each row where it is pooled. */
  private int[] ends(TokenRows rows) {
    int[] ends = new int[rows.rows()];
    for (int row = 0; row < ends.length; row++) {
      int from = row * rows.length(), found = from;
      boolean byNumber = config.end() != ClipTextConfig.LARGEST;
      for (int i = from + rows.length() - 1; i >= from; i--) { // the first counts
        int token = rows.tokens()[i];
        boolean better =
            byNumber ? token == config.end() : rank(token) >= rank(rows.tokens()[found]);
        found = better ? i : found;
      }
      ends[row] = found;
    }
    return ends;
  }

  /** Its place among tokens of which the largest ends a text. */
  private int rank(int token) {
    return isLater(token) ? -1 : token;
  }

  /** Rows (N, C) of states (N, L, C). */
  static Variable at(Variable states, int... places) {
    Shape shape = states.shape();
    int rows = shape.dim(0) * shape.dim(1);
    return select(reshape(states, Shape.of(rows, shape.dim(2))), 0, places);
  }

  /** {@inheritDoc} Of a whole {@link Clip}, those of this tower alone. */
  @Override
  public List<NamedParameter> parameters() {
    return at.all().stream()
        .filter(parameter -> parameter.path().startsWith("text_"))
        .toList();
  }
}
