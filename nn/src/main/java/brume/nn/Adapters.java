package brume.nn;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adapters beside the matrices of a network that itself stays as it is:
 *
 * <pre>
 *   y = x·Wᵀ + b + alpha/rank · x·Aᵀ·Bᵀ
 * </pre>
 *
 * <p>A begins as a linear layer of PyTorch does and B with zeros, so that nothing is changed at first. They
 * are listed here, under the names that peft gives them, and not among the parameters of the network, which
 * are constants.
 *
 * <pre>
 *   Adapters adapters = new Adapters(rule, RandomKey.of(0));
 *   UNet2DCondition network = adapters.beside(() -&gt; new UNet2DCondition(device, key, config));
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA: Low-Rank Adaptation of Large Language
 *     Models (2021)</a>
 */
public final class Adapters implements Layer {

  private static final ThreadLocal<@Nullable Adapters> BUILDING = new ThreadLocal<>();

  private final Rule rule;
  private final RandomKey key;
  private final List<NamedParameter> parameters = new ArrayList<>();

  /**
   * Which layers are adapted, and how.
   *
   * @param rank numbers between the two factors, 1 or more
   * @param alpha by which the product is multiplied once it is divided by the rank
   * @param layers last parts of the names of linear layers, such as {@code to_q}
   */
  public record Rule(int rank, double alpha, List<String> layers) {

    /** Refuses what is no rule. {@inheritDoc} */
    public Rule {
      layers = List.copyOf(layers);
      if (rank < 1 || !Double.isFinite(alpha) || alpha == 0 || layers.isEmpty()) {
        throw new IllegalArgumentException(Text.of(
            "adapters: expected a rank of 1 or more, an alpha other than 0 and names of layers, got %d, %s, %s",
            rank, alpha, layers));
      }
    }

    /**
     * Adapters of the projections of attention, as diffusers trains them: alpha is the rank.
     *
     * @param rank numbers between the two factors
     * @return the rule
     */
    public static Rule ofAttention(int rank) {
      return new Rule(rank, rank, List.of("to_q", "to_k", "to_v", "to_out.0"));
    }

    private boolean names(String path) {
      return layers.stream().anyMatch(layer -> path.equals(layer) || path.endsWith("." + layer));
    }
  }

  /** A network that does not have a layer which a rule names. */
  public static final class MissingLayerException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String layer;

    MissingLayerException(String layer) {
      super(Text.of("adapters: expected names of linear layers of the network, got %s", layer));
      this.layer = layer;
    }

    /**
     * The layer that is not there.
     *
     * @return as the rule names it
     */
    public String layer() {
      return layer;
    }
  }

  /**
   * The adapter of one matrix.
   *
   * @param down A, (rank, in)
   * @param up B, (out, rank)
   * @param strength of their product
   */
  public record Adapter(Variable down, Variable up, double strength) {

    /**
     * Adds the change to what a matrix makes.
     *
     * @param x (..., in)
     * @param y (..., out) of x
     * @return (..., out)
     */
    public Variable change(Variable x, Variable y) {
      return add(y, scale(linear(linear(x, down), up), strength));
    }
  }

  /**
   * No adapters yet.
   *
   * @param rule which layers get some
   * @param key what they are drawn from
   */
  public Adapters(Rule rule, RandomKey key) {
    this.rule = rule;
    this.key = key;
  }

  /**
   * Builds a network with these adapters in it, which are owned by the innermost scope, and with constants
   * for parameters.
   *
   * @param <N> a network
   * @param construction builds it in the calling thread
   * @return the network
   * @throws MissingLayerException if a layer that the rule names is not in it
   */
  public <N> N beside(Supplier<N> construction) {
    Adapters before = BUILDING.get();
    BUILDING.set(this);
    try (Parameters.Freeze freeze = Parameters.freeze()) {
      N built = construction.get();
      for (String layer : rule.layers()) {
        Rule one = new Rule(rule.rank(), rule.alpha(), List.of(layer));
        if (parameters.stream().noneMatch(adapter -> one.names(place(adapter)))) {
          throw new MissingLayerException(layer);
        }
      }
      return built;
    } finally {
      BUILDING.set(before);
    }
  }

  private static String place(NamedParameter adapter) {
    return adapter.path().substring(0, adapter.path().lastIndexOf(".lora_"));
  }

  /**
   * The adapter of a linear layer that is being built.
   *
   * @param at its place
   * @param in channels of x
   * @param out channels of y
   * @return empty unless a network with adapters is being built and this layer gets one
   */
  public static Optional<Adapter> of(Parameters at, int in, int out) {
    Adapters building = BUILDING.get();
    return building == null || !building.rule.names(at.path())
        ? Optional.empty()
        : Optional.of(building.added(at, in, out));
  }

  private Adapter added(Parameters at, int in, int out) {
    int rank = rule.rank();
    Variable down = drawn(at, "lora_A", Shape.of(rank, in), Initializer.kaiming(in));
    Variable up = drawn(at, "lora_B", Shape.of(out, rank), Initializer.constant(0));
    return new Adapter(down, up, rule.alpha() / rank);
  }

  private Variable drawn(Parameters at, String name, Shape shape, Initializer initializer) {
    String path = at.path() + "." + name + ".weight";
    float[] numbers = initializer.draw(key.child(path), shape.size());
    Variable factor = Variable.parameter(Tensor.of(at.device(), shape, numbers));
    parameters.add(new NamedParameter(path, factor, StoredLayout.SAME));
    return factor;
  }

  /**
   * Which layers are adapted, and how.
   *
   * @return as given
   */
  public Rule rule() {
    return rule;
  }

  @Override
  public List<NamedParameter> parameters() {
    return List.copyOf(parameters);
  }
}
