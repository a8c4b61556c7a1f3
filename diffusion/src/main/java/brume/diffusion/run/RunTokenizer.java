package brume.diffusion.run;

import brume.diffusion.data.Dataset;
import brume.diffusion.network.TextRows;
import brume.diffusion.text.BytePairTraining;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.text.TokenRows;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes tokens of texts for a run whose network reads them. Its words are learned from the captions of
 * the data before the first step, and lie in the run's folder.
 */
public final class RunTokenizer {

  private static final int MOST = 20_000; // captions that words are learned from
  private static final int WORDINGS = 8; // most of one picture, where there are few pictures
  private static final int LEAST =
      2; // times that neighbours stand together before they are one token
  private static final String LAST = "special_tokens_map.json"; // that is written

  private final ClipTokenizer tokenizer;
  private final int length;

  private RunTokenizer(ClipTokenizer tokenizer, int length) {
    this.tokenizer = tokenizer;
    this.length = length;
  }

  /**
   * Learns the words of a new run, unless it has learned them already. The same data make the same words.
   *
   * @param run its folder
   * @param rows what its network reads
   * @param data with captions
   * @throws IOException if files cannot be written
   */
  static void prepare(RunFolder run, TextRows rows, Dataset data) throws IOException {
    if (!Files.exists(run.tokenizer().resolve(LAST))) {
      BytePairTraining.train(
          captions(data), rows.vocabulary(), LEAST, rows.length(), run.tokenizer());
    }
  }

  /** Of all pictures, or of some from all parts of the set; several of each where they are few. */
  private static List<String> captions(Dataset data) {
    int pictures = Math.min(MOST, data.size());
    int wordings = Math.min(WORDINGS, MOST / pictures);
    RandomKey chance = RandomKey.of(0).child("wordings"); // whatever the seed of the run
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      int index = (int) ((long) i * data.size() / pictures);
      for (int k = 0; k < wordings; k++) {
        captions.add(data.caption(index, chance.uniform(captions.size())));
      }
    }
    return captions;
  }

  /**
   * Opens the tokenizer of a run.
   *
   * @param run its folder
   * @param rows what its network reads
   * @return the tokenizer
   * @throws IOException if there is none, or it knows more tokens than the network
   */
  public static RunTokenizer open(RunFolder run, TextRows rows) throws IOException {
    Path folder = run.tokenizer();
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder
          + ": expected the tokenizer that the run has learned, found no such folder; train the run"
          + " anew, or bring the folder back");
    }
    ClipTokenizer tokenizer = ClipTokenizer.open(folder);
    if (tokenizer.size() > rows.vocabulary()) {
      throw new IOException(Text.of(
          "%s: expected a tokenizer of at most %d tokens, which the network of the run tells apart, got one of"
              + " %d; bring back the folder that the run has learned",
          folder, rows.vocabulary(), tokenizer.size()));
    }
    return new RunTokenizer(tokenizer, rows.length());
  }

  /**
   * Texts as the network reads them, cut or padded to the length of its rows.
   *
   * @param texts N, at least one
   * @return (N, L) tokens
   */
  public TokenRows rows(List<String> texts) {
    return tokenizer.rows(texts, length);
  }

  /**
   * How many tokens of a text are lost, as it is too long.
   *
   * @param text any
   * @return 0 for one that is seen whole
   */
  public int cut(String text) {
    int marks = 2;
    return Math.max(0, tokenizer.tokens(text).length + marks - length);
  }

  /**
   * The token behind each text.
   *
   * @return its number
   */
  public int end() {
    int[] row = tokenizer.rows(List.of(""), 2).tokens();
    return row[1];
  }
}
