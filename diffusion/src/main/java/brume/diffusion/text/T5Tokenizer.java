package brume.diffusion.text;

import brume.nn.text.TokenRows;
import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer of T5: the unigram model of a {@code spiece.model}, whose file holds its pieces and how
 * letters are brought to their usual form. {@code </s>} stands behind each text and nothing before it.
 *
 * @see <a href="https://arxiv.org/abs/1808.06226">Kudo and Richardson, SentencePiece (2018)</a>
 */
public final class T5Tokenizer implements Tokenizer {

  private static final String FILE = "spiece.model";
  private static final String END = "</s>", PADDING = "<pad>";
  private static final int LENGTH = 512, LONGEST = 1 << 16, MOST_BYTES = 1 << 28;

  // Fields of the file, of its settings and of its normalizer.
  private static final int PIECES = 1, TRAINER = 2, NORMALIZER = 3;
  private static final int MODEL_TYPE = 3, SUFFIXED = 24, BYTE_FALLBACK = 35;
  private static final int MAP = 2, PREFIXED = 3, TRIMMED = 4, ESCAPED = 5;
  private static final int UNIGRAM = 1;

  private final Pieces pieces;
  private final PieceNormalizer normalizer;
  private final MarkedRows marks;
  private final int length;

  private T5Tokenizer(Pieces pieces, PieceNormalizer normalizer, MarkedRows marks, int length) {
    this.pieces = pieces;
    this.normalizer = normalizer;
    this.marks = marks;
    this.length = length;
  }

  /**
   * Opens a folder with a {@code spiece.model} and, where it is, a {@code tokenizer_config.json}, which
   * tells how long texts may be.
   *
   * @param folder where they lie, {@code tokenizer} of a pipeline for example
   * @return the tokenizer
   * @throws IOException if the model is not there, cannot be read, or is not one of unigrams
   */
  public static T5Tokenizer open(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    int length = SpecialTokens.read(folder).length(LENGTH, LONGEST);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": expected the unigram model of a T5 tokenizer, found no such file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(Text.of(
          "%s: expected a unigram model of at most %d bytes, got %d",
          file, MOST_BYTES, Files.size(file)));
    }
    try {
      return read(ByteBuffer.wrap(Files.readAllBytes(file)), length);
    } catch (IOException damaged) {
      throw new IOException(
          Text.of(
              "%s: expected a unigram model of sentencepiece, got %s with %s",
              file,
              FileContent.of(file),
              Text.shown(String.valueOf(damaged.getMessage()), Vocabulary.SHOWN)),
          damaged);
    }
  }

  private static T5Tokenizer read(ByteBuffer bytes, int length) throws IOException {
    Pieces pieces = new Pieces();
    PieceNormalizer normalizer = new PieceNormalizer(CharacterMap.empty(), true, true, true);
    ProtocolBuffer model = new ProtocolBuffer(bytes);
    while (model.next()) {
      switch (model.field()) {
        case PIECES -> pieces.add(model.content());
        case TRAINER -> requireUnigrams(new ProtocolBuffer(model.content()));
        case NORMALIZER -> normalizer = normalizer(new ProtocolBuffer(model.content()));
        default -> {} // what a trainer noted besides
      }
    }
    pieces.requireWhole();
    int end = pieces.number(END), padding = pieces.number(PADDING);
    if (end == PieceTree.NONE || padding == PieceTree.NONE) {
      throw new IOException("no piece " + (end == PieceTree.NONE ? END : PADDING));
    }
    return new T5Tokenizer(pieces, normalizer, new MarkedRows(List.of(), end, padding), length);
  }

  private static void requireUnigrams(ProtocolBuffer settings) throws IOException {
    while (settings.next()) {
      switch (settings.field()) {
        case MODEL_TYPE -> require(settings.number() == UNIGRAM, "another kind of model");
        case SUFFIXED -> require(!settings.flag(), "spaces behind words");
        case BYTE_FALLBACK -> require(!settings.flag(), "bytes for what is unknown");
        default -> {} // how it was trained
      }
    }
  }

  private static void require(boolean fits, String otherwise) throws IOException {
    if (!fits) {
      throw new IOException(otherwise);
    }
  }

  private static PieceNormalizer normalizer(ProtocolBuffer settings) throws IOException {
    CharacterMap map = CharacterMap.empty();
    boolean prefixed = true, trimmed = true, escaped = true;
    while (settings.next()) {
      switch (settings.field()) {
        case MAP -> map = CharacterMap.of(settings.content());
        case PREFIXED -> prefixed = settings.flag();
        case TRIMMED -> trimmed = settings.flag();
        case ESCAPED -> escaped = settings.flag();
        default -> {} // its name
      }
    }
    return new PieceNormalizer(map, prefixed, trimmed, escaped);
  }

  @Override
  public int[] tokens(String text) {
    return pieces.of(normalizer.normalized(text));
  }

  /** {@inheritDoc} Marks and padding are no words. */
  @Override
  public String words(int... tokens) {
    StringBuilder words = new StringBuilder();
    for (int token : tokens) {
      if (token < 0 || token >= size()) {
        throw new IllegalArgumentException(
            Text.of("tokens: expected numbers of tokens, 0 to %d, got %d", size() - 1, token));
      }
      words.append(pieces.isWord(token) ? pieces.name(token) : "");
    }
    return words.toString().replace('\u2581', ' ').strip();
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
    return pieces.size();
  }
}
