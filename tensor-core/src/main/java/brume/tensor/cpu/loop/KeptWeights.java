package brume.tensor.cpu.loop;

import brume.tensor.HeapStorage;
import brume.tensor.Tensor;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Weights as kernels want them, packed or transformed, kept from call to call while the weights stay as
 * they are: sampling reads the same ones in every step. Training does not, so what is made of weights is
 * kept only once they have been read a few times without a change, which {@link Tensor#version} tells.
 *
 * <p>It goes when the weights are freed, when nobody has asked for a long time, and when memory runs
 * short. Safe for use by many threads.
 */
public final class KeptWeights {

  /** Readings of the same numbers before something is kept: more than a step of training has. */
  private static final int READINGS = 4;

  /** Questions after which what none of them was about is let go: those of some dozen steps. */
  private static final int LONG_AGO = 1 << 13;

  /** Questions from one look for what is to be let go to the next. */
  private static final int SWEEP = 1 << 10;

  private static final long MOST_BYTES = 256L << 20;

  private final Map<float[], Entry> entries = new WeakHashMap<>(); // by the array of the weights
  private final long limit;
  private int clock;

  /** For an eighth of the heap, and at most 256 MiB. */
  public KeptWeights() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * Nothing is kept yet.
   *
   * @param limit bytes of all that may be kept
   */
  public KeptWeights(long limit) {
    this.limit = limit;
  }

  /** What is known of some weights. */
  private static final class Entry {
    private final Object form;
    private final int version;
    private int readings;
    private int asked;
    private boolean making;
    private long bytes;
    private SoftReference<float[]> made = new SoftReference<>(null);

    Entry(Object form, int version) {
      this.form = form;
      this.version = version;
    }
  }

  /**
   * What was kept of weights, or is from now on.
   *
   * @param w the weights, in single precision
   * @param form what is made of them, equal to that of an earlier call if it is the same
   * @param length its numbers
   * @param make fills an array of so many numbers
   * @return an array that nobody writes to; {@code null} if the weights may be about to change, or if
   *     there is no room, and nothing is kept
   */
  public float @Nullable [] get(Tensor w, Object form, int length, Consumer<float[]> make) {
    Entry entry = asked(HeapStorage.floats(w), w.version(), form);
    float @Nullable [] known = known(entry);
    if (known != null || !begin(entry, length)) {
      return known;
    }
    float @Nullable [] made = null;
    try {
      float[] filled = new float[length];
      make.accept(filled);
      made = filled;
    } catch (OutOfMemoryError e) {
      return null; // the call can do without
    } finally {
      end(entry, made);
    }
    return made;
  }

  private synchronized Entry asked(float[] weights, int version, Object form) {
    if (++clock % SWEEP == 0) {
      entries.values().removeIf(entry -> clock - entry.asked > LONG_AGO);
    }
    Entry entry = entries.get(weights);
    if (entry == null || entry.version != version || !entry.form.equals(form)) {
      entry = new Entry(form, version);
      entries.put(weights, entry);
    }
    entry.readings++;
    entry.asked = clock;
    return entry;
  }

  private synchronized float @Nullable [] known(Entry entry) {
    return entry.made.get();
  }

  /** Whether the caller is the one to make it. */
  private synchronized boolean begin(Entry entry, int length) {
    long others = bytes() - entry.bytes, own = (long) length * Float.BYTES;
    if (entry.readings <= READINGS || entry.making || others + own > limit) {
      return false;
    }
    entry.making = true;
    entry.bytes = own;
    return true;
  }

  private synchronized void end(Entry entry, float @Nullable [] made) {
    entry.making = false;
    entry.made = new SoftReference<>(made);
    entry.bytes = made == null ? 0 : entry.bytes;
  }

  /**
   * Lets go of what was made of weights that are freed.
   *
   * @param weights their array, which may soon hold other numbers
   */
  public synchronized void forget(float[] weights) {
    entries.remove(weights);
  }

  /**
   * Bytes of all that is kept.
   *
   * @return bytes
   */
  public synchronized long bytes() {
    return entries.values().stream().mapToLong(entry -> entry.bytes).sum();
  }
}
