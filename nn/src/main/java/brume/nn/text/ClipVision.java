package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.Positions;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;

/**
 * The picture tower of CLIP: squares of pixels become tokens, before which stands one that belongs to no
 * place and learns what the whole picture shows.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021)</a>
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy et al., An Image is Worth 16x16 Words
 *     (2020)</a>
 */
public final class ClipVision implements Layer {

  private static final double PLACES = 0.5; // height of the waves at the beginning

  private final Parameters at;
  private final ClipVisionConfig config;
  private final Variable whole; // (dim)
  private final Conv2d toTokens;
  private final Variable places; // (1 + patches, dim)
  private final LayerNorm before;
  private final ClipLayers layers;
  private final LayerNorm behind;
  private final Optional<Linear> projection;

  /**
   * Creates a tower with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public ClipVision(Device device, RandomKey key, ClipVisionConfig config) {
    this(Parameters.of(device, key), config);
  }

  /**
   * Creates a tower as a part.
   *
   * @param at where {@code vision_model} and {@code visual_projection} have their place
   * @param config all settings
   */
  ClipVision(Parameters at, ClipVisionConfig config) {
    this.at = at;
    this.config = config;
    int dim = config.layers().dim();
    double eps = config.layers().eps(), deviation = 1 / Math.sqrt(dim);
    Parameters model = at.child("vision_model"), embeddings = model.child("embeddings");
    this.whole = embeddings.add(
        "class_embedding", Shape.of(dim), StoredLayout.SAME, Gaussian.numbers(deviation));
    this.toTokens = new Conv2d(
        embeddings.child("patch_embedding"),
        ConvConfig.of(Domain.IMAGE, config.channels(), dim, config.patch())
            .withStride(config.patch(), 0)
            .withoutBias());
    this.places = embeddings
        .child("position_embedding")
        .add(
            "weight",
            Shape.of(1 + config.patches(), dim),
            StoredLayout.SAME,
            places(at.device(), config));
    this.before = new LayerNorm(model.child("pre_layrnorm"), dim, eps); // so it is spelled
    this.layers = new ClipLayers(model.child("encoder"), config.layers());
    this.behind = new LayerNorm(model.child("post_layernorm"), dim, eps);
    this.projection = config.projection() == 0
        ? Optional.empty()
        : Optional.of(Linear.withoutBias(
            at.child("visual_projection"), dim, config.projection(), Gaussian.layers(deviation)));
  }

  /**
   * Waves, so that places side by side are alike from the beginning: what is learned of one holds of the next
   * (He et al., 2021: Masked Autoencoders). The token of the whole stands nowhere.
   */
  private static Initializer places(Device device, ClipVisionConfig config) {
    int dim = config.layers().dim(), side = config.size() / config.patch();
    if (dim % 4 != 0) {
      return Gaussian.numbers(1 / Math.sqrt(dim));
    }
    return (key, count) -> {
      float[] values = new float[count];
      try (Scope scope = Scope.open()) {
        float[] waves = Positions.table(device, side, side, dim).toFloats();
        for (int i = 0; i < waves.length; i++) {
          values[dim + i] = (float) PLACES * waves[i];
        }
      }
      return values;
    };
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public ClipVisionConfig config() {
    return config;
  }

  /**
   * Encodes pictures.
   *
   * @param x (N, size, size, channels), normalized as the tower was trained
   * @param pass training or not
   * @return what goes into the first layer and what comes out of each, the token of the whole first:
   *     (N, 1 + patches, dim), without the last normalization
   * @throws ShapeException if pictures have another size or other channels
   */
  public List<Variable> encode(Variable x, Pass pass) {
    int n = x.shape().dim(0), dim = config.layers().dim();
    ShapeException.unless(
        x.shape().equals(Shape.of(n, config.size(), config.size(), config.channels())),
        "clip: expected pictures (N, %d, %d, %d), as their places are learned, got %s",
        config.size(),
        config.size(),
        config.channels(),
        x.shape());
    Variable squares = reshape(toTokens.forward(x), Shape.of(n, config.patches(), dim));
    Variable first = expand(reshape(whole, Shape.of(1, dim)), n);
    Variable tokens = add(concatenate(1, first, squares), places);
    return layers.states(before.forward(tokens), Optional.empty(), pass);
  }

  /**
   * What is known of each whole picture.
   *
   * @param states of {@link #encode}
   * @return (N, dim)
   */
  public Variable pooled(List<Variable> states) {
    Variable last = states.get(states.size() - 1);
    int n = last.shape().dim(0), tokens = last.shape().dim(1);
    int[] first = new int[n];
    for (int i = 0; i < n; i++) {
      first[i] = i * tokens;
    }
    return behind.forward(ClipText.at(last, first));
  }

  /**
   * What is compared with texts.
   *
   * @param states of {@link #encode}
   * @return (N, channels of the projection), of any length
   * @throws IllegalStateException if the tower has no projection
   */
  public Variable projected(List<Variable> states) {
    return projection
        .orElseThrow(() -> new IllegalStateException(
            "clip: expected a picture tower with a projection, got one without"))
        .forward(pooled(states));
  }

  /** {@inheritDoc} Of a whole {@link Clip}, those of this tower alone. */
  @Override
  public List<NamedParameter> parameters() {
    return at.all().stream()
        .filter(parameter -> parameter.path().startsWith("vis"))
        .toList();
  }
}
