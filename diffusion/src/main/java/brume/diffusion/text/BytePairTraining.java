package brume.diffusion.text;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Learns the words of a {@link ClipTokenizer} from texts: it begins with the bytes, inside of words and at
 * their ends, and joins the two neighbours that stand side by side most often until there are enough
 * tokens or none stands there often enough. Of several as frequent ones the pair with the smaller numbers
 * is joined, so that the same texts, in any order, make the same words.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich, Haddow and Birch, Neural Machine Translation of
 *     Rare Words with Subword Units (2016), §3.2</a>
 */
public final class BytePairTraining {

  private static final int MARKS = 2;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> merges = new ArrayList<>();
  private final List<Spelling> spellings = new ArrayList<>();
  private final Map<Pair, Long> counts = new HashMap<>();
  private final Map<Pair, Set<Spelling>> places = new HashMap<>();
  private final PriorityQueue<Counted> open = new PriorityQueue<>(
      Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::pair));

  /** A word as it is spelled so far, and how often it was met. */
  private static final class Spelling {
    private List<Integer> tokens;
    private final long count;

    Spelling(List<Integer> tokens, long count) {
      this.tokens = tokens;
      this.count = count;
    }
  }

  /** Two neighbours. */
  private record Pair(int left, int right) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int first = Integer.compare(left, other.left);
      return first != 0 ? first : Integer.compare(right, other.right);
    }
  }

  /** How often two neighbours stood side by side when it was last counted. */
  private record Counted(Pair pair, long count) {}

  private BytePairTraining() {}

  /**
   * Learns words and writes them: {@code vocab.json}, {@code merges.txt}, {@code tokenizer_config.json} and
   * {@code special_tokens_map.json}, as those of CLIP are published.
   *
   * @param texts what to learn from
   * @param size how many tokens there shall be, 512 bytes and two marks among them; there are fewer if the
   *     texts have no more
   * @param least how often two neighbours must stand side by side to be joined, 2 or more as a rule
   * @param length of the rows that the tokenizer makes if nothing else is asked for, 77 in CLIP
   * @param folder where to; made if it is not there
   * @return the tokenizer, read from the folder
   * @throws IOException if a file cannot be written
   * @throws IllegalArgumentException if a number is too small
   */
  public static ClipTokenizer train(
      Iterable<String> texts, int size, int least, int length, Path folder) throws IOException {
    BytePairTraining training = new BytePairTraining();
    training.addBytes();
    int smallest = training.names.size() + MARKS;
    if (size < smallest || size > Vocabulary.MOST || least < 1 || length < MARKS) {
      throw new IllegalArgumentException(Text.of(
          "tokens: expected a size of %d to %d, a least count of 1 or more and a length of %d or more,"
              + " got %d, %d and %d",
          smallest, Vocabulary.MOST, MARKS, size, least, length));
    }
    training.addWords(texts);
    training.join(size - MARKS, least);
    training.write(length, folder);
    return ClipTokenizer.open(folder);
  }

  private void addBytes() {
    String letters = ByteLetters.inOrder();
    for (String behind : List.of("", ClipTokenizer.LAST)) {
      letters.chars().forEach(letter -> token((char) letter + behind));
    }
  }

  private int token(String name) {
    numbers.put(name, names.size());
    names.add(name);
    return names.size() - 1;
  }

  private void addWords(Iterable<String> texts) {
    Map<String, Long> words = new TreeMap<>();
    for (String text : texts) {
      for (String word : ClipTokenizer.words(ClipTokenizer.normalized(text))) {
        words.merge(ByteLetters.of(word), 1L, Long::sum);
      }
    }
    words.forEach((letters, count) -> {
      List<Integer> tokens = new ArrayList<>();
      for (int i = 0; i < letters.length(); i++) {
        boolean last = i == letters.length() - 1;
        tokens.add(numbers.get(letters.charAt(i) + (last ? ClipTokenizer.LAST : "")));
      }
      spellings.add(new Spelling(tokens, count));
    });
    spellings.forEach(spelling -> count(spelling, 1));
    counts.forEach((pair, count) -> open.add(new Counted(pair, count)));
  }

  /** Counts the neighbours of a word, or with −1 takes them back. */
  private void count(Spelling spelling, int sign) {
    for (int i = 0; i + 1 < spelling.tokens.size(); i++) {
      Pair pair = new Pair(spelling.tokens.get(i), spelling.tokens.get(i + 1));
      counts.merge(pair, sign * spelling.count, Long::sum);
      if (sign > 0) {
        places.computeIfAbsent(pair, key -> new HashSet<>()).add(spelling);
      }
    }
  }

  private void join(int size, int least) {
    while (names.size() < size) {
      Counted best = open.poll();
      if (best == null || best.count() < least) {
        return;
      }
      long now = counts.getOrDefault(best.pair(), 0L);
      if (now == best.count()) {
        join(best.pair());
      } else if (now > 0) { // it was counted before others were joined
        open.add(new Counted(best.pair(), now));
      }
    }
  }

  private void join(Pair pair) {
    String left = names.get(pair.left()), right = names.get(pair.right()), whole = left + right;
    Integer known = numbers.get(whole); // which other pairs have made, too
    int token = known == null ? token(whole) : known;
    merges.add(left + " " + right);
    Set<Pair> changed = new HashSet<>();
    Set<Spelling> words = places.remove(pair);
    for (Spelling spelling : words == null ? Set.<Spelling>of() : words) {
      count(spelling, -1);
      spelling.tokens = joined(spelling.tokens, pair, token);
      count(spelling, 1);
      for (int i = 0; i + 1 < spelling.tokens.size(); i++) {
        changed.add(new Pair(spelling.tokens.get(i), spelling.tokens.get(i + 1)));
      }
    }
    counts.remove(pair);
    for (Pair other : changed) {
      if (other.left() == token || other.right() == token) {
        open.add(new Counted(other, counts.getOrDefault(other, 0L)));
      }
    }
  }

  private static List<Integer> joined(List<Integer> tokens, Pair pair, int whole) {
    List<Integer> joined = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      boolean isHere = i + 1 < tokens.size()
          && tokens.get(i) == pair.left()
          && tokens.get(i + 1) == pair.right();
      joined.add(isHere ? whole : tokens.get(i));
      i += isHere ? 1 : 0;
    }
    return joined;
  }

  private void write(int length, Path folder) throws IOException {
    token(ClipTokenizer.BEGIN);
    token(ClipTokenizer.END);
    Map<String, Integer> inOrder = new LinkedHashMap<>();
    names.forEach(name -> inOrder.put(name, inOrder.size()));
    Files.createDirectories(folder);
    SettingsFile.write(folder.resolve("vocab.json"), new Vocabulary(inOrder).tree());
    String lines = "#version: 0.2\n" + String.join("\n", merges) + (merges.isEmpty() ? "" : "\n");
    AtomicFile.write(folder.resolve("merges.txt"), lines.getBytes(StandardCharsets.UTF_8));
    SettingsFile.write(folder.resolve("tokenizer_config.json"), SpecialTokens.ofClip(length));
    SettingsFile.write(folder.resolve("special_tokens_map.json"), SpecialTokens.marksOfClip());
  }
}
