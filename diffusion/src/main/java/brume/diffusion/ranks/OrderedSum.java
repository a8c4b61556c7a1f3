package brume.diffusion.ranks;

import brume.tensor.Text;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Adds up what the parts of a step have come to, each part computed by some rank, as one process does it
 * that computes all of them: the first, and to it the second, the third and so on, in single precision. So
 * the sum has the same bits whatever the number of ranks. (MPI_Allreduce adds in an order that depends on it.)
 *
 * <p>Part p is computed by rank p mod S in round p div S. What is added is a vector of pieces, one for each
 * parameter; a part may leave pieces out, which is not the same as adding zeros: −0 + 0 is 0. The vector is
 * cut into buckets, and each bucket into a slice for each rank, its owner. In every round, owners receive
 * their slices of all parts of the round and add them in order; after the last round, all receive all sums.
 * Each rank sends (R + 1)·G·(S − 1)/S bytes for G bytes of gradients and R rounds.
 *
 * <p>A bucket is sent as soon as all its pieces are put, in a thread of its own, while the rank computes
 * what is left. In memory are the vector, its share of the sums and two buckets.
 */
public final class OrderedSum implements AutoCloseable {

  private static final int SLICE = 1 << 17; // numbers, so many that latency does not matter
  private static final int MOST = 1 << 20; // of a bucket, as more leave the cache between copies

  private final Ranks ranks;
  private final Wire wire;
  private final int parts;
  private final int bucketLength;
  private final int[] starts; // of pieces, and the length of all
  private final float[] vector; // what is sent, and in the end the sum
  private final List<Bucket> buckets = new ArrayList<>();
  private final ByteBuffer sent, received;
  private final float[] slice; // of one bucket and one part
  private final boolean[] ready; // pieces of the part that is put
  private final boolean[] present;
  private final List<Future<?>> underWay = new ArrayList<>(); // of each bucket, its last exchange
  private final ExecutorService sender;
  private int round;
  private int next; // bucket to be sent

  /** A stretch of the vector. */
  private static final class Bucket {
    final int from, to;
    final int firstPiece, lastPiece; // whole or not
    final int width; // of a slice, the last of which may be shorter
    final float[] sums; // of the own slice
    final boolean[] begun; // pieces that some part has had

    Bucket(int from, int to, int firstPiece, int lastPiece, int size) {
      this.from = from;
      this.to = to;
      this.firstPiece = firstPiece;
      this.lastPiece = lastPiece;
      this.width = (to - from + size - 1) / size;
      this.sums = new float[width];
      this.begun = new boolean[pieces()];
    }

    int pieces() {
      return lastPiece - firstPiece + 1;
    }

    /** Numbers of a slice on the wire: which pieces are there, then the numbers. */
    int sliceLength() {
      return pieces() + width;
    }

    int sliceFrom(int rank) {
      return Math.min(to, from + rank * width);
    }
  }

  /** Writes the numbers of a piece. */
  @FunctionalInterface
  public interface Piece {
    /**
     * Writes them.
     *
     * @param into an array
     * @param at where in it the first goes
     */
    void read(float[] into, int at);
  }

  /**
   * A sum that has not begun.
   *
   * @param ranks who adds
   * @param lengths numbers of each piece, in the order in which they are usually put
   * @param parts of each step, at least as many as there are ranks
   * @param wire how numbers travel
   * @throws IllegalArgumentException if there are more ranks than parts
   */
  public OrderedSum(Ranks ranks, int[] lengths, int parts, Wire wire) {
    this(ranks, lengths, parts, wire, bucket(ranks.size()));
  }

  /**
   * How long buckets are.
   *
   * @param ranks how many add
   * @return numbers
   */
  public static int bucket(int ranks) {
    return Math.min(MOST, ranks * SLICE);
  }

  /** With buckets of another length. */
  OrderedSum(Ranks ranks, int[] lengths, int parts, Wire wire, int bucketLength) {
    if (parts < ranks.size()) {
      throw new IllegalArgumentException(Text.of(
          "ranks: expected at most one for each of the %d parts of a step, got %d; start fewer, or divide a"
              + " step into more with --accumulate",
          parts, ranks.size()));
    }
    this.ranks = ranks;
    this.wire = wire;
    this.parts = parts;
    this.bucketLength = bucketLength;
    this.starts = new int[lengths.length + 1];
    for (int piece = 0; piece < lengths.length; piece++) {
      starts[piece + 1] = Math.addExact(starts[piece], lengths[piece]);
    }
    this.vector = new float[starts[lengths.length]];
    this.ready = new boolean[lengths.length];
    this.present = new boolean[lengths.length];
    for (int from = 0; from < vector.length; from += bucketLength) {
      int to = Math.min(vector.length, from + bucketLength);
      buckets.add(new Bucket(from, to, pieceAt(from), pieceAt(to - 1), ranks.size()));
      underWay.add(CompletableFuture.completedFuture(null));
    }
    int longest = buckets.stream().mapToInt(Bucket::sliceLength).max().orElse(0);
    this.sent = Ranks.buffer(longest * ranks.size() * wire.bytes());
    this.received = Ranks.buffer(longest * ranks.size() * wire.bytes());
    this.slice = new float[longest];
    this.sender = Executors.newSingleThreadExecutor(work -> {
      Thread thread = new Thread(work, "brume-ranks-" + ranks.rank());
      thread.setDaemon(true);
      return thread;
    });
  }

  private int pieceAt(int number) {
    int found = Arrays.binarySearch(starts, number);
    while (found >= 0 && starts[found + 1] == number) {
      found++; // of pieces of length 0, none holds it
    }
    return found >= 0 ? found : -found - 2;
  }

  /**
   * Rounds of a step: in each, every rank computes at most one part.
   *
   * @return how many
   */
  public int rounds() {
    return (parts + ranks.size() - 1) / ranks.size();
  }

  /**
   * The part that this rank computes in a round.
   *
   * @param inRound from 0
   * @return its number, or the number of all parts if none is left for it
   */
  public int part(int inRound) {
    return Math.min(parts, inRound * ranks.size() + ranks.rank());
  }

  /**
   * Puts a piece of the part of this round. Those that are not put are left out.
   *
   * @param piece its number
   * @param values writes its numbers
   * @throws IOException if another rank does not answer
   */
  public void put(int piece, Piece values) throws IOException {
    if (ready[piece]) {
      throw new IllegalStateException(
          "piece " + piece + ": expected it once in a part, got it twice");
    }
    for (int b = starts[piece] / bucketLength;
        b < buckets.size() && buckets.get(b).from < starts[piece + 1];
        b++) {
      await(underWay.get(b)); // of the round before, whose numbers are overwritten now
    }
    values.read(vector, starts[piece]);
    ready[piece] = true;
    present[piece] = true;
    while (next < buckets.size() && isReady(buckets.get(next))) {
      send(next++);
    }
  }

  private boolean isReady(Bucket bucket) {
    for (int piece = bucket.firstPiece; piece <= bucket.lastPiece; piece++) {
      if (!ready[piece]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Ends a round, in which the part is whole or there was none for this rank.
   *
   * @throws IOException if another rank does not answer
   */
  public void endRound() throws IOException {
    while (next < buckets.size()) {
      await(underWay.get(next)); // what is not put is read still
      send(next++);
    }
    Arrays.fill(ready, false);
    Arrays.fill(present, false);
    next = 0;
    round++;
  }

  private void send(int number) {
    Bucket bucket = buckets.get(number);
    boolean[] there = Arrays.copyOfRange(present, bucket.firstPiece, bucket.lastPiece + 1);
    boolean first = round == 0;
    int inRound = Math.min(ranks.size(), parts - round * ranks.size());
    underWay.set(number, sender.submit(() -> {
      exchange(bucket, there, first, inRound);
      return null;
    }));
  }

  private void exchange(Bucket bucket, boolean[] there, boolean first, int inRound)
      throws IOException {
    int length = bucket.sliceLength(), pieces = bucket.pieces();
    ByteBuffer out = part(sent, length), in = part(received, length);
    float[] header = new float[pieces];
    for (int piece = 0; piece < pieces; piece++) {
      header[piece] = there[piece] ? 1 : 0;
    }
    int own = ranks.rank();
    for (int rank = 0; rank < ranks.size(); rank++) {
      int from = bucket.sliceFrom(rank);
      if (rank != own || !wire.isExact()) { // what comes back is where it was
        wire.write(header, 0, pieces, out, rank * length);
        wire.write(vector, from, bucket.sliceFrom(rank + 1) - from, out, rank * length + pieces);
      }
    }
    ranks.exchange(out, in);
    if (first) {
      Arrays.fill(bucket.begun, false);
    }
    int count = bucket.sliceFrom(own + 1) - bucket.sliceFrom(own);
    for (int rank = 0; rank < inRound; rank++) { // in the order of the parts
      if (rank == own && wire.isExact()) {
        add(bucket, count, header, vector, bucket.sliceFrom(own));
      } else {
        wire.read(in, rank * length, slice, 0, pieces + count);
        add(bucket, count, slice, slice, pieces);
      }
    }
  }

  private ByteBuffer part(ByteBuffer whole, int sliceLength) {
    return whole.slice(0, sliceLength * ranks.size() * wire.bytes()).order(whole.order());
  }

  /**
   * Adds what has come of one part to the sums of the own slice, piece by piece.
   *
   * @param has 0 for pieces that the part does not have
   * @param values numbers of the part
   * @param at where in them those of the slice begin
   */
  private void add(Bucket bucket, int count, float[] has, float[] values, int at) {
    int first = bucket.sliceFrom(ranks.rank());
    float[] sums = bucket.sums;
    for (int piece = 0; piece < bucket.pieces(); piece++) {
      int number = bucket.firstPiece + piece;
      int from = Math.max(starts[number], first) - first;
      int to = Math.min(starts[number + 1], first + count) - first;
      if (has[piece] != 0 && from < to) {
        if (bucket.begun[piece]) {
          for (int i = from; i < to; i++) {
            sums[i] += values[at + i];
          }
        } else {
          System.arraycopy(values, at + from, sums, from, to - from);
        }
      }
      bucket.begun[piece] |= has[piece] != 0;
    }
  }

  /**
   * Ends the step: all ranks get all sums.
   *
   * @throws IOException if another rank does not answer
   */
  public void finish() throws IOException {
    if (round != rounds()) {
      throw new IllegalStateException(Text.of("sum: expected %d rounds, got %d", rounds(), round));
    }
    for (Future<?> exchange : underWay) {
      await(exchange);
    }
    for (Bucket bucket : buckets) {
      ByteBuffer mine = sent.slice(0, bucket.width * wire.bytes()).order(sent.order());
      ByteBuffer all =
          received.slice(0, bucket.width * ranks.size() * wire.bytes()).order(received.order());
      wire.write(bucket.sums, 0, bucket.width, mine, 0);
      ranks.gather(mine, all);
      wire.read(all, 0, vector, bucket.from, bucket.to - bucket.from);
    }
    round = 0;
  }

  /**
   * A piece of the sum, until the next step begins; of no meaning if no part had it.
   *
   * @param piece its number
   * @return its numbers, a copy
   */
  public float[] sum(int piece) {
    return Arrays.copyOfRange(vector, starts[piece], starts[piece + 1]);
  }

  private static void await(Future<?> exchange) throws IOException {
    try {
      exchange.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("sum: expected the others, got an interruption");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException silent) {
        throw new IOException(silent.getMessage(), silent);
      }
      throw new IllegalStateException(String.valueOf(failed.getMessage()), failed.getCause());
    }
  }

  /** Ends the thread; an exchange that is under way is given up. */
  @Override
  public void close() {
    sender.shutdownNow();
  }
}
