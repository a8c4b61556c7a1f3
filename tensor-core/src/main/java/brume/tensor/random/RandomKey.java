package brume.tensor.random;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An address in the space of random numbers. A key has endlessly many numbered elements, each a pure
 * function of key and number, and endlessly many children, whose elements are independent of its own
 * and of each other's.
 *
 * <pre>
 *   RandomKey run = RandomKey.of(42);
 *   RandomKey dropout = run.child("dropout", step);
 *   dropout.fillUniform(0, mask, 0, mask.length);
 * </pre>
 *
 * <p>With w₀ w₁ w₂ w₃ the words of {@link Philox#block} under the key's 64 bits at counter (b, 0), the
 * block b holds the elements 4b to 4b + 3:
 *
 * <pre>
 *   bits(4b + i)    = wᵢ
 *   uniform(4b + i) = (wᵢ >>> 8)·2⁻²⁴
 *   below(4b + i)   = (wᵢ·bound) >>> 32,                     wᵢ unsigned, the product of 64 bits
 *   normal(4b)      = √(−2 ln u₁)·cos(2π u₂),                u₁ = (w₀ + 1)·2⁻³² in (0, 1], u₂ = w₁·2⁻³²
 *   normal(4b + 1)  = √(−2 ln u₁)·sin(2π u₂)
 *   normal(4b + 2), normal(4b + 3) likewise from w₂ and w₃
 * </pre>
 *
 * <p>Normal numbers are computed in double precision and rounded where a float is wanted. A child's
 * bits are the words w₀ and w₁ of its parent at counter (h, 1), h the FNV-1a hash of the name in
 * UTF-8, or at (index, 2); draws have 0 in the second place and so never meet a child.
 *
 * @see <a href="https://doi.org/10.1214/aoms/1177706645">Box and Muller, A Note on the Generation of
 *     Random Normal Deviates (1958)</a>
 */
public final class RandomKey {

  private static final long DRAWS = 0, NAMED_CHILDREN = 1, NUMBERED_CHILDREN = 2;
  private static final float FLOAT_STEP = 0x1p-24f;
  private static final double WORD_STEP = 0x1p-32;

  private final long bits;
  private final @Nullable LongSupplier renewed; // where the bits are not always the same
  private final String path;

  private RandomKey(long bits, String path) {
    this(bits, null, path);
  }

  private RandomKey(long bits, @Nullable LongSupplier renewed, String path) {
    this.bits = bits;
    this.renewed = renewed;
    this.path = path;
  }

  /**
   * The root of all randomness of a run.
   *
   * @param seed the key's 64 bits as they are; neighboring seeds are as independent as distant ones
   * @return the key named after the seed
   */
  public static RandomKey of(long seed) {
    return new RandomKey(seed, Long.toString(seed));
  }

  /**
   * A key for work that is recorded once and repeated with other keys: whoever asks it, or a child of it,
   * is answered by the key that counts at that time.
   *
   * @param current the key that counts
   * @return stands for it
   */
  public static RandomKey renewed(Supplier<RandomKey> current) {
    return new RandomKey(0, () -> current.get().bits(), "renewed");
  }

  /**
   * Whether the bits may be others the next time.
   *
   * @return true for {@link #renewed} keys and their children
   */
  public boolean isRenewed() {
    return renewed != null;
  }

  /**
   * The key of a purpose.
   *
   * @param name any text, such as {@code "dropout"}
   * @return a key independent of this one and of children of other names or numbers
   */
  public RandomKey child(String name) {
    return child(fnv1a(name), NAMED_CHILDREN, name);
  }

  /**
   * The key of one of many, such as a training step.
   *
   * @param index any number
   * @return a key independent of this one and of children of other names or numbers
   */
  public RandomKey child(long index) {
    return child(index, NUMBERED_CHILDREN, Long.toString(index));
  }

  private RandomKey child(long which, long kind, String name) {
    String way = path + "/" + name;
    return renewed == null
        ? new RandomKey(derive(which, kind), way)
        : new RandomKey(0, () -> derive(which, kind), way);
  }

  /**
   * The key of a purpose in one of many steps, {@code child(name).child(index)}.
   *
   * @param name any text, such as {@code "dropout"}
   * @param index any number, such as the step
   * @return a key independent of this one and of children of other names or numbers
   */
  public RandomKey child(String name, long index) {
    return child(name).child(index);
  }

  /**
   * The 64 bits that all draws depend on, for kernels that compute them elsewhere.
   *
   * @return the key of {@link Philox#block}
   */
  public long bits() {
    return renewed == null ? bits : renewed.getAsLong();
  }

  /**
   * 32 random bits.
   *
   * @param element number of the element
   * @return a word of which each bit is 0 or 1 equally often
   */
  public int bits(long element) {
    return words(element)[lane(element)];
  }

  /**
   * A number between 0 and 1.
   *
   * @param element number of the element
   * @return a multiple of 2⁻²⁴ in [0, 1)
   */
  public float uniform(long element) {
    return uniformOf(bits(element));
  }

  /**
   * A number of the normal distribution with mean 0 and variance 1.
   *
   * @param element number of the element
   * @return at most 6.7 in magnitude
   */
  public double normal(long element) {
    int[] words = words(element);
    int pair = lane(element) & 2;
    double radius = radius(words[pair]), angle = angle(words[pair + 1]);
    return lane(element) == pair ? radius * Math.cos(angle) : radius * Math.sin(angle);
  }

  /**
   * An integer below a bound. The frequencies of two integers differ by at most one word in 2³².
   *
   * @param element number of the element
   * @param bound how many integers to choose from, positive
   * @return from 0 to {@code bound - 1}
   * @throws IllegalArgumentException if the bound is not positive
   */
  public int below(long element, int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("below: expected a positive bound, got " + bound);
    }
    return (int) (Integer.toUnsignedLong(bits(element)) * bound >>> 32);
  }

  /**
   * Draws {@link #bits(long)} of neighboring elements.
   *
   * @param first number of the first element
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @param count how many
   */
  public void fillBits(long first, int[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    int[] words = words(first);
    for (int i = 0; i < count; i++) {
      int lane = next(first, i, words);
      into[offset + i] = words[lane];
    }
  }

  /**
   * Draws {@link #uniform(long)} of neighboring elements.
   *
   * @param first number of the first element
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @param count how many
   */
  public void fillUniform(long first, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    int[] words = words(first);
    for (int i = 0; i < count; i++) {
      int lane = next(first, i, words);
      into[offset + i] = uniformOf(words[lane]);
    }
  }

  /**
   * Draws {@link #uniform(long)} of neighboring elements: the same 24 bits as for floats.
   *
   * @param first number of the first element
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @param count how many
   */
  public void fillUniform(long first, double[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    int[] words = words(first);
    for (int i = 0; i < count; i++) {
      int lane = next(first, i, words);
      into[offset + i] = uniformOf(words[lane]);
    }
  }

  /**
   * Draws {@link #normal(long)} of neighboring elements, rounded to float.
   *
   * @param first number of the first element
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @param count how many
   */
  public void fillNormal(long first, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    int[] words = words(first);
    double[] normals = new double[4];
    transform(words, normals);
    for (int i = 0; i < count; i++) {
      int lane = next(first, i, words);
      if (lane == 0) {
        transform(words, normals);
      }
      into[offset + i] = (float) normals[lane];
    }
  }

  /**
   * Draws {@link #normal(long)} of neighboring elements.
   *
   * @param first number of the first element
   * @param into receives them
   * @param offset where in {@code into} the first one goes
   * @param count how many
   */
  public void fillNormal(long first, double[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    int[] words = words(first);
    double[] normals = new double[4];
    transform(words, normals);
    for (int i = 0; i < count; i++) {
      int lane = next(first, i, words);
      if (lane == 0) {
        transform(words, normals);
      }
      into[offset + i] = normals[lane];
    }
  }

  /** Equal keys draw equal numbers; how they were reached does not matter. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RandomKey key && key.bits() == bits();
  }

  @Override
  public int hashCode() {
    return Long.hashCode(bits());
  }

  /** The way from the seed to this key, such as {@code 42/dropout/7}. */
  @Override
  public String toString() {
    return path;
  }

  // ---- Words and what is made of them ----------------------------------------------------------

  private int[] words(long element) {
    int[] words = new int[4];
    Philox.block(bits(), element >>> 2, DRAWS, words);
    return words;
  }

  private static int lane(long element) {
    return (int) element & 3;
  }

  /** Lane of element first + i; renews the words where a block begins. */
  private int next(long first, int i, int[] words) {
    long element = first + i;
    if (lane(element) == 0) {
      Philox.block(bits(), element >>> 2, DRAWS, words);
    }
    return lane(element);
  }

  private static float uniformOf(int word) {
    return (word >>> 8) * FLOAT_STEP;
  }

  private static double radius(int word) {
    return Math.sqrt(-2 * Math.log((Integer.toUnsignedLong(word) + 1) * WORD_STEP));
  }

  private static double angle(int word) {
    return 2 * Math.PI * (Integer.toUnsignedLong(word) * WORD_STEP);
  }

  private static void transform(int[] words, double[] normals) {
    for (int pair = 0; pair < 4; pair += 2) {
      double radius = radius(words[pair]), angle = angle(words[pair + 1]);
      normals[pair] = radius * Math.cos(angle);
      normals[pair + 1] = radius * Math.sin(angle);
    }
  }

  private long derive(long which, long kind) {
    int[] words = new int[4];
    Philox.block(bits(), which, kind, words);
    return Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
  }

  /** The 64-bit FNV-1a hash of a name in UTF-8. */
  private static long fnv1a(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
