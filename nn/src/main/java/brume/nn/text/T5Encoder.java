package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder of T5: a transformer whose tokens see all others and know of them how far they stand apart,
 * by one table for all layers.
 *
 * @see <a href="https://arxiv.org/abs/1910.10683">Raffel et al., Exploring the Limits of Transfer Learning
 *     with a Unified Text-to-Text Transformer (2020)</a>
 */
public final class T5Encoder implements Layer {

  private final Parameters at;
  private final T5Config config;
  private final Variable words; // (V, dim)
  private final Variable distances; // (buckets, heads)
  private final List<T5Layer> layers = new ArrayList<>();
  private final T5Norm norm;

  /**
   * Creates an encoder with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public T5Encoder(Device device, RandomKey key, T5Config config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim();
    this.words = at.child("shared")
        .add("weight", Shape.of(config.tokens(), dim), StoredLayout.SAME, Gaussian.numbers(1));
    Parameters encoder = at.child("encoder");
    this.distances = encoder
        .child("block.0.layer.0.SelfAttention.relative_attention_bias")
        .add(
            "weight",
            Shape.of(config.buckets(), config.heads()),
            StoredLayout.SAME,
            Gaussian.numbers(1 / Math.sqrt(dim)));
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new T5Layer(encoder.child("block." + i), config));
    }
    this.norm = new T5Norm(encoder.child("final_layer_norm"), dim, config.eps());
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public T5Config config() {
    return config;
  }

  /**
   * Encodes texts. Padding is seen as any other token.
   *
   * @param rows (N, L) tokens
   * @param pass training or not
   * @return (N, L, dim)
   * @throws ShapeException if there are unknown tokens
   */
  public Variable encode(TokenRows rows, Pass pass) {
    return encode(rows, byDistance(rows.length()), pass);
  }

  /**
   * Encodes texts of which the padding is hidden. What comes out at its places is not 0.
   *
   * @param rows (N, L) tokens
   * @param pass training or not
   * @return (N, L, dim)
   * @throws ShapeException if there are unknown tokens
   */
  public Variable encodeMasked(TokenRows rows, Pass pass) {
    Variable hidden = rows.hidden(words.value().device());
    return encode(rows, add(byDistance(rows.length()), hidden), pass);
  }

  private Variable encode(TokenRows rows, Variable added, Pass pass) {
    Variable x = embedding(words, rows.shape(), rows.tokens());
    for (T5Layer layer : layers) {
      x = layer.forward(x, added, pass);
    }
    return norm.forward(x);
  }

  /** What is added to the products: (1, heads, L, L). */
  private Variable byDistance(int length) {
    int[] buckets = RelativeBuckets.table(length, config.buckets(), config.farthest());
    Variable all = embedding(distances, Shape.of(length, length), buckets);
    return reshape(permute(all, 2, 0, 1), Shape.of(1, config.heads(), length, length));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
