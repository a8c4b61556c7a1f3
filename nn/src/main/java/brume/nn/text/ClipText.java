package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Select.select;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.layer.Hiding;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;

/**
 * The text tower of CLIP: a transformer whose tokens see themselves and what stands before them. What it
 * knows of a whole text stands at the token that ends it.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021)</a>
 */
public final class ClipText implements Layer {

  private static final double WORDS = 0.02, PLACES = 0.01; // deviations at the beginning

  private final Parameters at;
  private final ClipTextConfig config;
  private final Variable words; // (V, dim)
  private final Variable places; // (positions, dim)
  private final ClipLayers layers;
  private final LayerNorm norm;
  private final Optional<Linear> projection;

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
    this.places = table(embeddings, "position_embedding", config.positions(), dim, PLACES);
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
    Variable x =
        add(embedding(words, rows.shape(), rows.tokens()), slice(places, 0, 0, rows.length()));
    return new ClipStates(
        layers.states(x, Optional.of(hidden), pass), ends(rows), norm, projection);
  }

  /** In the order of (N, L), the place of each row where it is pooled. */
  private int[] ends(TokenRows rows) {
    int[] ends = new int[rows.rows()];
    for (int row = 0; row < ends.length; row++) {
      int from = row * rows.length(), found = from;
      boolean byNumber = config.end() != ClipTextConfig.LARGEST;
      for (int i = from + rows.length() - 1; i >= from; i--) { // the first counts
        int token = rows.tokens()[i];
        boolean better = byNumber ? token == config.end() : token >= rows.tokens()[found];
        found = better ? i : found;
      }
      ends[row] = found;
    }
    return ends;
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
