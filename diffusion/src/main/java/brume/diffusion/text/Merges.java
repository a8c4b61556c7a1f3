package brume.diffusion.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding: a word begins as its letters, and neighbours are joined, always those that were
 * learned first, of several such the leftmost, until none can be.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich, Haddow and Birch, Neural Machine Translation of
 *     Rare Words with Subword Units (2016)</a>
 */
final class Merges {

  private final Map<Long, Merge> byPair = new HashMap<>();
  private int count;

  /**
   * What two neighbours become.
   *
   * @param rank when it was learned
   * @param whole token of both
   */
  private record Merge(int rank, int whole) {}

  /** Neighbours that may be joined: the first of them and what both were when they were found. */
  private record Candidate(int rank, int at, int left, int right, int whole) {}

  /** Adds the next merge; of a pair that is there already the later rank counts. */
  void add(int left, int right, int whole) {
    byPair.put(pair(left, right), new Merge(count++, whole));
  }

  private static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  /** The tokens that letters become. */
  int[] joined(int... letters) {
    return new Word(letters).joined();
  }

  /** A word as a chain of tokens, of which some are no more. */
  private final class Word {

    private static final int GONE = -1;

    private final int[] tokens;
    private final int[] next;
    private final int[] before;
    private final PriorityQueue<Candidate> open = new PriorityQueue<>(
        Comparator.comparingInt(Candidate::rank).thenComparingInt(Candidate::at));

    Word(int... letters) {
      int count = letters.length;
      this.tokens = letters.clone();
      this.next = new int[count];
      this.before = new int[count];
      for (int i = 0; i < count; i++) {
        next[i] = i + 1;
        before[i] = i - 1;
      }
      for (int i = 0; i < count; i++) {
        look(i);
      }
    }

    /** Remembers the pair that begins here if it can be joined. */
    private void look(int at) {
      if (at >= 0 && next[at] < tokens.length) {
        int left = tokens[at], right = tokens[next[at]];
        Merge merge = byPair.get(pair(left, right));
        if (merge != null) {
          open.add(new Candidate(merge.rank(), at, left, right, merge.whole()));
        }
      }
    }

    int[] joined() {
      for (Candidate best = open.poll(); best != null; best = open.poll()) {
        int at = best.at(), right = next[at];
        boolean isStill =
            tokens[at] == best.left() && right < tokens.length && tokens[right] == best.right();
        if (isStill) {
          tokens[at] = best.whole();
          tokens[right] = GONE;
          next[at] = next[right];
          if (next[at] < tokens.length) {
            before[next[at]] = at;
          }
          look(before[at]);
          look(at);
        }
      }
      List<Integer> left = new ArrayList<>();
      for (int at = 0; at < tokens.length; at = next[at]) {
        left.add(tokens[at]);
      }
      return left.stream().mapToInt(token -> token).toArray();
    }
  }
}
