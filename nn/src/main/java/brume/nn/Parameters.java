package brume.nn;

import brume.autograd.Variable;
import brume.nn.init.Initializer;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a layer while it is being built: a place in the tree of layers where new ones
 * are created and listed. Grows until construction is over.
 *
 * <p>The first numbers of a parameter depend on the random key and its path alone: neither on the
 * device nor on what was created before. Parameters are owned by the scope that is innermost while
 * the layer is built.
 *
 * <pre>
 *   Parameters root = Parameters.of(device, RandomKey.of(42));
 *   Linear hidden = new Linear(root.child("hidden"), 64, 128);     hidden.weight, hidden.bias
 * </pre>
 */
public final class Parameters {

  private final Device device;
  private final RandomKey key;
  private final @Nullable Parameters parent;
  private final String name; // relative to the parent
  private final List<NamedParameter> all = new ArrayList<>();

  private Parameters(Device device, RandomKey key, @Nullable Parameters parent, String name) {
    this.device = device;
    this.key = key;
    this.parent = parent;
    this.name = name;
  }

  /**
   * The root of a network's tree.
   *
   * @param device where parameters live
   * @param key what they are drawn from
   * @return an empty tree
   */
  public static Parameters of(Device device, RandomKey key) {
    return new Parameters(device, key, null, "");
  }

  /**
   * The place of a part.
   *
   * @param part its name, or several joined by dots
   * @return where the part creates its parameters; they are listed here too, with its name before
   *     theirs
   */
  public Parameters child(String part) {
    return new Parameters(device, key, this, part);
  }

  /**
   * Creates a parameter.
   *
   * @param leaf its name in this layer, {@code weight} for example
   * @param shape its sizes
   * @param layout how files order it
   * @param initializer draws its first numbers
   * @return a variable whose gradient is wanted, or a constant where layers are {@linkplain #freeze frozen}
   */
  public Variable add(String leaf, Shape shape, StoredLayout layout, Initializer initializer) {
    Tensor drawn = draw(leaf, shape, initializer);
    return register(
        leaf, layout, FROZEN.get() > 0 ? Variable.constant(drawn) : Variable.parameter(drawn));
  }

  /**
   * Creates a parameter that matrix products and convolutions alone read, in their right-hand side: of a
   * network {@linkplain #toBeRead(DType, Supplier) to be read} in half width, this is what is kept so.
   *
   * @param leaf its name in this layer, {@code weight} for example
   * @param shape its sizes
   * @param layout how files order it
   * @param initializer draws its first numbers
   * @return a variable whose gradient is wanted, or a constant of half width
   */
  public Variable addFactor(
      String leaf, Shape shape, StoredLayout layout, Initializer initializer) {
    Reading reading = READING.get();
    return reading == null || reading.ofFactors().isEmpty()
        ? add(leaf, shape, layout, initializer)
        : register(
            leaf,
            layout,
            Variable.constant(Tensor.empty(device, shape, reading.ofFactors().get())));
  }

  /**
   * Creates numbers that are stored like a parameter but never trained.
   *
   * @param leaf their name in this layer
   * @param shape their sizes
   * @param layout how files order them
   * @param initializer draws them
   * @return a constant
   */
  public Variable addFrozen(
      String leaf, Shape shape, StoredLayout layout, Initializer initializer) {
    return register(leaf, layout, Variable.constant(draw(leaf, shape, initializer)));
  }

  /**
   * Where parameters live.
   *
   * @return the device
   */
  public Device device() {
    return device;
  }

  /**
   * What has been created here and in the parts below.
   *
   * @return in the order of creation, named relative to this place
   */
  public List<NamedParameter> all() {
    return Collections.unmodifiableList(all);
  }

  /**
   * The way from the root to this place.
   *
   * @return names joined by dots, empty at the root
   */
  public String path() {
    return parent == null ? "" : join(parent.path(), name);
  }

  // ---- Networks that stay as they are

  private static final ThreadLocal<Integer> FROZEN = ThreadLocal.withInitial(() -> 0);

  /**
   * Makes constants of the parameters that this thread creates, until closed: of networks of which something
   * else learns.
   *
   * @return ends it; may be nested
   */
  @MustBeClosed
  public static Freeze freeze() {
    FROZEN.set(FROZEN.get() + 1);
    return new Freeze();
  }

  /** A time in which what is built stays as it is. */
  public static final class Freeze implements AutoCloseable {
    private Freeze() {}

    @Override
    public void close() {
      FROZEN.set(FROZEN.get() - 1);
    }
  }

  // ---- Networks that are read

  /** How parameters are kept whose numbers come from a file. */
  private record Reading(Optional<DType> ofFactors) {}

  private static final ThreadLocal<@Nullable Reading> READING = new ThreadLocal<>();

  /**
   * Builds layers whose numbers will all be read from a file: parameters get room, with arbitrary numbers
   * in it, and nothing is drawn.
   *
   * @param <N> a network, as a rule
   * @param construction builds it in the calling thread
   * @return what was built
   */
  public static <N> N toBeRead(Supplier<N> construction) {
    return reading(new Reading(Optional.empty()), construction);
  }

  /**
   * Builds layers whose numbers will all be read from a file, with matrices and filters of half width.
   * Those are constants: such a network cannot be trained.
   *
   * @param <N> a network, as a rule
   * @param ofFactors format of what products and convolutions multiply with, of half width
   * @param construction builds it in the calling thread, on a device that holds such numbers
   * @return what was built
   */
  public static <N> N toBeRead(DType ofFactors, Supplier<N> construction) {
    return reading(new Reading(Optional.of(ofFactors)), construction);
  }

  private static <N> N reading(Reading reading, Supplier<N> construction) {
    Reading before = READING.get();
    READING.set(reading);
    try {
      return construction.get();
    } finally {
      READING.set(before);
    }
  }

  private Tensor draw(String leaf, Shape shape, Initializer initializer) {
    if (READING.get() != null) {
      return Tensor.empty(device, shape);
    }
    RandomKey mine = key.child(join(path(), leaf));
    return Tensor.of(device, shape, initializer.draw(mine, shape.size()));
  }

  private Variable register(String leaf, StoredLayout layout, Variable variable) {
    list(new NamedParameter(leaf, variable, layout));
    return variable;
  }

  private void list(NamedParameter parameter) {
    for (NamedParameter other : all) {
      if (other.path().equals(parameter.path())) {
        throw new IllegalArgumentException(Text.of(
            "parameter %s: expected a name unlike all others, got it twice",
            join(path(), parameter.path())));
      }
    }
    all.add(parameter);
    if (parent != null) {
      parent.list(parameter.under(name));
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
