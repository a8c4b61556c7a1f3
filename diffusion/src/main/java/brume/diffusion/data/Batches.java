package brume.diffusion.data;

import brume.diffusion.data.augment.Augmentation;
import brume.tensor.Text;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;

/**
 * The order in which training visits the pictures of a set: every epoch all of them once, shuffled
 * anew.
 *
 * <p>Picture number p of a run, counted from zero over all epochs, is a pure function of (seed, p).
 * There is no generator to save: a run that resumes at position p continues as if it had never
 * stopped. The orders of two epochs are kept only to save time; safe for many threads.
 */
public final class Batches {
  private static final long ORDER = 1; // what a random number is drawn for
  private static final long FLIP = 2;
  private static final long PART = 3;
  private static final long CAPTION = 4;

  private final Dataset pictures;
  private final long seed;
  private final boolean flips;
  private final Optional<Augmentation> augmentation;
  // Threads that read ahead are in this epoch and the next.
  private final AtomicReferenceArray<Epoch> latest = new AtomicReferenceArray<>(2);

  /**
   * Fixes an order.
   *
   * @param pictures the set to visit
   * @param seed the seed of the run
   * @param flips whether to mirror every picture with probability one half
   */
  public Batches(Dataset pictures, long seed, boolean flips) {
    this(pictures, seed, flips, Optional.empty());
  }

  /**
   * Fixes an order, and what is done to pictures.
   *
   * @param pictures the set to visit
   * @param seed the seed of the run
   * @param flips whether to mirror every picture with probability one half
   * @param augmentation done to pictures of the set, mirrored or not; empty for nothing
   */
  public Batches(Dataset pictures, long seed, boolean flips, Optional<Augmentation> augmentation) {
    this.pictures = pictures;
    this.seed = seed;
    this.flips = flips;
    this.augmentation = augmentation;
  }

  /**
   * Tells which picture comes at a position.
   *
   * @param position pictures seen before, over all epochs
   * @return the picture's number in the set, in [0, size)
   * @throws IllegalArgumentException if the position is negative
   */
  public int index(long position) {
    long number = epoch(position);
    Epoch epoch = latest.get((int) (number % 2));
    if (epoch == null || epoch.number != number) {
      epoch = new Epoch(number, order(number));
      latest.set((int) (number % 2), epoch);
    }
    return epoch.order[(int) (position % pictures.size())];
  }

  /**
   * Tells whether the picture at a position is mirrored.
   *
   * @param position pictures seen before, over all epochs
   * @return whether left and right change sides
   * @throws IllegalArgumentException if the position is negative
   */
  public boolean flipped(long position) {
    checkPosition(position);
    return flips && random(FLIP, position).nextLong() < 0;
  }

  /**
   * Tells in which epoch a position lies.
   *
   * @param position pictures seen before, over all epochs
   * @return how often the whole set was seen before
   * @throws IllegalArgumentException if the position is negative
   */
  public long epoch(long position) {
    checkPosition(position);
    return position / pictures.size();
  }

  /**
   * Reads the pictures at consecutive positions; a batch may cross from one epoch into the next.
   *
   * @param position pictures seen before, over all epochs
   * @param count N, how many to read
   * @param into receives (N, H, W, C) values in [0, 1] from its beginning
   * @throws IOException if a picture lies in a file that cannot be read
   */
  public void read(long position, int count, float[] into) throws IOException {
    read(position, count, into, 0);
  }

  /**
   * Reads the pictures at consecutive positions, as a part of a larger batch.
   *
   * @param position pictures seen before, over all epochs
   * @param count N, how many to read
   * @param into receives (N, H, W, C) values in [0, 1]
   * @param offset where in {@code into} the first value goes
   * @throws IOException if a picture lies in a file that cannot be read
   */
  public void read(long position, int count, float[] into, int offset) throws IOException {
    int length = pictures.pictureLength();
    for (int n = 0; n < count; n++) {
      long at = position + n;
      double place = random(PART, at).nextDouble();
      int index = index(at);
      boolean flipped = flipped(at);
      int start = offset + n * length;
      try {
        pictures.read(index, flipped, place, into, start);
        augmentation.ifPresent(done -> done.change(at, into, start));
      } catch (RuntimeException fault) { // of a set that somebody else has written
        throw new IOException(
            Text.of("%s: expected to read picture %d, got %s", pictures.source(), index, fault),
            fault);
      }
    }
  }

  /**
   * Tells the classes of the pictures at consecutive positions.
   *
   * @param position pictures seen before, over all epochs
   * @param count N, how many
   * @return (N) numbers in {@link Dataset#classes}; empty if there are no classes
   */
  public int[] labels(long position, int count) {
    int[] labels = new int[pictures.classes().isEmpty() ? 0 : count];
    for (int n = 0; n < labels.length; n++) {
      labels[n] = pictures.label(index(position + n));
    }
    return labels;
  }

  /**
   * Tells what the pictures at consecutive positions show; where several texts say it, one of them is
   * drawn anew each time.
   *
   * @param position pictures seen before, over all epochs
   * @param count N, how many
   * @return N texts; none if there are no captions
   */
  public List<String> captions(long position, int count) {
    if (!pictures.captioned()) {
      return List.of();
    }
    return LongStream.range(position, position + count)
        .mapToObj(at -> pictures.caption(index(at), random(CAPTION, at).nextDouble()))
        .toList();
  }

  /**
   * Tells what is done to the pictures at consecutive positions.
   *
   * @param position pictures seen before, over all epochs
   * @param count N, how many
   * @return (N, numbers of the augmentation), one picture after the other; empty if there is none
   */
  public double[] told(long position, int count) {
    return augmentation
        .map(done -> LongStream.range(position, position + count)
            .mapToObj(done::told)
            .flatMapToDouble(Arrays::stream)
            .toArray())
        .orElse(new double[0]);
  }

  private int[] order(long epoch) {
    SplittableRandom random = random(ORDER, epoch);
    int[] order = new int[pictures.size()];
    // Fisher and Yates, inside out (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm P).
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  // Not a RandomKey, as everywhere else: it would put the pictures into another order, and a run
  // that
  // version 0.1.0 began could not go on as if it had not been stopped. Like a key this is a
  // function of
  // seed, purpose and counter alone, and Java fixes the algorithm of SplittableRandom.
  private SplittableRandom random(long purpose, long counter) {
    // Drawing between the parts hashes them: nearby seeds and counters share no stretch of numbers.
    long hashed = new SplittableRandom(seed).nextLong() ^ purpose;
    hashed = new SplittableRandom(hashed).nextLong() ^ counter;
    return new SplittableRandom(new SplittableRandom(hashed).nextLong());
  }

  private static void checkPosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException(
          "batches: expected a position of at least 0, got " + position);
    }
  }

  private static final class Epoch {
    private final long number;
    private final int[] order;

    private Epoch(long number, int[] order) {
      this.number = number;
      this.order = order;
    }
  }
}
