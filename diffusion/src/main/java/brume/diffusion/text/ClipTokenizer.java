package brume.diffusion.text;

import brume.nn.text.TokenRows;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The tokenizer of CLIP: texts in lower case, taken apart into words, single digits and runs of the rest,
 * each of which is joined of its bytes in UTF-8 as {@code merges.txt} says. The last letter of a word is
 * another token than the same letter inside of one.
 *
 * <p>It does what transformers' does, which is not all that the first one of OpenAI did: entities of HTML
 * and broken encodings stay as they are.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., Learning Transferable Visual Models From
 *     Natural Language Supervision (2021), §2.4</a>
 */
public final class ClipTokenizer implements Tokenizer {

  static final String BEGIN = "<|startoftext|>", END = "<|endoftext|>", LAST = "</w>";
  static final int LENGTH = 77;

  private static final String MARK_BEGIN = "bos_token", MARK_END = "eos_token";
  private static final String MARK_UNKNOWN = "unk_token", MARK_PADDING = "pad_token";
  private static final int LONGEST = 1 << 16; // tokens of a text; longer means without an end
  private static final Pattern SPACES = pattern("\\s+");
  private static final Pattern WORDS =
      pattern("'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+");
  private static final int CAPITAL_I_DOT = 0x130; // the only letter of two in lower case

  private final Vocabulary vocabulary;
  private final Map<Integer, String> names;
  private final Merges merges;
  private final AddedTokens asTheyAre;
  private final AddedTokens inLowerCase;
  private final MarkedRows marks;
  private final int unknown;
  private final int length;

  private ClipTokenizer(
      Vocabulary vocabulary,
      Merges merges,
      AddedTokens asTheyAre,
      AddedTokens inLowerCase,
      MarkedRows marks,
      int unknown,
      int length) {
    this.vocabulary = vocabulary;
    this.names = vocabulary.names();
    this.merges = merges;
    this.asTheyAre = asTheyAre;
    this.inLowerCase = inLowerCase;
    this.marks = marks;
    this.unknown = unknown;
    this.length = length;
  }

  private static Pattern pattern(String expression) {
    return Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
  }

  /**
   * Opens a folder of {@code vocab.json}, {@code merges.txt} and, where they are, {@code
   * tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json}.
   *
   * @param folder where they lie, {@code tokenizer} of a pipeline for example
   * @return the tokenizer
   * @throws IOException if the first two are not there, or one cannot be read or is not what it should be
   */
  public static ClipTokenizer open(Path folder) throws IOException {
    SpecialTokens special = SpecialTokens.read(folder);
    Path vocabularyFile = folder.resolve("vocab.json");
    Vocabulary words = Vocabulary.read(vocabularyFile);
    Vocabulary vocabulary = words.with(special.numbers());
    Merges merges = merges(folder.resolve("merges.txt"), words);
    List<String> marks = List.of(MARK_BEGIN, MARK_END, MARK_UNKNOWN, MARK_PADDING);
    List<AddedTokens.Added> asTheyAre = new ArrayList<>(), inLowerCase = new ArrayList<>();
    for (SpecialTokens.Special token : special.all(marks)) {
      int number = number(vocabularyFile, vocabulary, token.content());
      if (token.normalized()) {
        inLowerCase.add(
            new AddedTokens.Added(normalized(token.content()), number, 1, token.single()));
      } else {
        asTheyAre.add(new AddedTokens.Added(token.content(), number, 1, token.single()));
      }
    }
    return new ClipTokenizer(
        vocabulary,
        merges,
        new AddedTokens(asTheyAre),
        new AddedTokens(inLowerCase),
        new MarkedRows(
            List.of(number(vocabularyFile, vocabulary, special.mark(MARK_BEGIN, BEGIN))),
            number(vocabularyFile, vocabulary, special.mark(MARK_END, END)),
            number(vocabularyFile, vocabulary, special.mark(MARK_PADDING, END))),
        number(vocabularyFile, vocabulary, special.mark(MARK_UNKNOWN, END)),
        special.length(LENGTH, LONGEST));
  }

  private static int number(Path file, Vocabulary vocabulary, String token) throws IOException {
    return vocabulary
        .of(token)
        .orElseThrow(() -> new IOException(Text.of(
            "%s: expected the token %s among its %d, got none; use the file that was published with"
                + " the other ones",
            file, Text.shown(token, Vocabulary.SHOWN), vocabulary.numbers().size())));
  }

  private static Merges merges(Path file, Vocabulary vocabulary) throws IOException {
    Merges merges = new Merges();
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#version") || line.isBlank()) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      boolean known = parts.length == 2
          && vocabulary.of(parts[0]).isPresent()
          && vocabulary.of(parts[1]).isPresent()
          && vocabulary.of(parts[0] + parts[1]).isPresent();
      if (!known) {
        throw new IOException(Text.of(
            "%s: expected two tokens of vocab.json that are one there, too, at line %d, got %s",
            file, i + 1, Text.shown(line, Vocabulary.SHOWN)));
      }
      merges.add(
          vocabulary.of(parts[0]).getAsInt(),
          vocabulary.of(parts[1]).getAsInt(),
          vocabulary.of(parts[0] + parts[1]).getAsInt());
    }
    return merges;
  }

  private static List<String> lines(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected the merges of a tokenizer, found no such file");
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException notText) {
      throw new IOException(file + ": expected merges in UTF-8, got other bytes", notText);
    }
  }

  /**
   * The same tokenizer with more words, which are found in texts before they are taken apart, whatever
   * their case.
   *
   * @param words such as {@code <my-cat>}; their numbers follow the last one
   * @return the tokenizer
   * @throws IllegalArgumentException if there is such a token already, or a word is empty
   */
  public ClipTokenizer with(List<String> words) {
    ClipTokenizer more = this;
    for (String word : words) {
      more = more.with(word, 1);
    }
    return more;
  }

  /**
   * The same tokenizer with one more word that is several tokens: the word itself, the word with {@code
   * _1} behind it, and so on. The word alone means all of them.
   *
   * @param word such as {@code <my-cat>}
   * @param count how many tokens; their numbers follow the last one
   * @return the tokenizer
   * @throws IllegalArgumentException if there is such a token already, or the word is empty
   */
  public ClipTokenizer with(String word, int count) {
    Vocabulary more = vocabulary;
    List<AddedTokens.Added> added = new ArrayList<>(inLowerCase.tokens());
    for (int i = 0; i < count; i++) {
      String name = i == 0 ? word : word + "_" + i;
      if (word.isBlank() || more.of(name).isPresent()) {
        throw new IllegalArgumentException(Text.of(
            "tokens: expected a new word, got '%s', which %s",
            name, word.isBlank() ? "is none" : "is there"));
      }
      int number = more.size();
      more = more.with(Map.of(name, number));
      added.add(new AddedTokens.Added(normalized(name), number, i == 0 ? count : 1, false));
    }
    return new ClipTokenizer(
        more, merges, asTheyAre, new AddedTokens(added), marks, unknown, length);
  }

  @Override
  public int[] tokens(String text) {
    IntStream.Builder tokens = IntStream.builder();
    for (AddedTokens.Part raw : asTheyAre.parts(text)) {
      if (raw.number().isPresent()) {
        tokens.add(raw.number().getAsInt());
        continue;
      }
      for (AddedTokens.Part part : inLowerCase.parts(normalized(raw.text()))) {
        if (part.number().isPresent()) {
          IntStream.range(0, part.count())
              .map(i -> part.number().getAsInt() + i)
              .forEach(tokens);
        } else {
          words(part.text()).forEach(word -> IntStream.of(ofWord(word)).forEach(tokens));
        }
      }
    }
    return tokens.build().toArray();
  }

  /** A text as its words, in the order in which they stand there. */
  static List<String> words(String normalized) {
    List<String> words = new ArrayList<>();
    Matcher word = WORDS.matcher(normalized);
    while (word.find()) {
      words.add(word.group());
    }
    return words;
  }

  /** Composed letters in lower case, one by one, and one space where there are several. */
  static String normalized(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    StringBuilder lower = new StringBuilder();
    SPACES.matcher(composed).replaceAll(" ").codePoints().forEach(letter -> {
      if (letter == CAPITAL_I_DOT) {
        lower.append("i\u0307");
      } else {
        lower.appendCodePoint(Character.toLowerCase(letter));
      }
    });
    return lower.toString();
  }

  private int[] ofWord(String word) {
    String letters = ByteLetters.of(word);
    int last = letters.length() - 1;
    int[] tokens = new int[letters.length()];
    for (int i = 0; i <= last; i++) {
      String letter = letters.charAt(i) + (i == last ? LAST : "");
      tokens[i] = vocabulary.of(letter).orElse(unknown);
    }
    return merges.joined(tokens);
  }

  /** {@inheritDoc} Marks are no words, and neither is what stands for padding or the unknown. */
  @Override
  public String words(int... tokens) {
    StringBuilder letters = new StringBuilder();
    for (int token : tokens) {
      String name = names.get(token);
      if (name == null) {
        throw new IllegalArgumentException(
            Text.of("tokens: expected numbers of tokens, 0 to %d, got %d", size() - 1, token));
      }
      boolean isWord = token != unknown && !marks.has(token);
      letters.append(isWord ? name : "");
    }
    return ByteLetters.text(letters.toString()).replace(LAST, " ").strip();
  }

  @Override
  public TokenRows rows(List<String> texts, int length) {
    return marks.rows(this, texts, length);
  }

  @Override
  public TokenRows rows(List<String> texts) {
    return marks.rows(this, texts);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}
