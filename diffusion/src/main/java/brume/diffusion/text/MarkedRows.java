package brume.diffusion.text;

import brume.nn.text.TokenRows;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * The marks around a text and what stands behind it.
 *
 * @param before tokens before each text, one or none
 * @param end token behind each text
 * @param padding token behind that
 */
record MarkedRows(List<Integer> before, int end, int padding) {

  /** Whether a token is one of them. */
  boolean has(int token) {
    return before.contains(token) || token == end || token == padding;
  }

  /** Texts cut or padded to a length. */
  TokenRows rows(Tokenizer tokenizer, List<String> texts, int length) {
    int marks = before.size() + 1;
    if (length < marks) {
      throw new IllegalArgumentException(Text.of(
          "tokens: expected a length of %d or more, as every text has %d marks, got %d",
          marks, marks, length));
    }
    return TokenRows.of(marked(tokenizer, texts, length), length, padding);
  }

  /** Texts padded to the longest, which is cut if it is too long. */
  TokenRows rows(Tokenizer tokenizer, List<String> texts) {
    List<int[]> marked = marked(tokenizer, texts, tokenizer.length());
    int longest = marked.stream().mapToInt(text -> text.length).max().orElse(1);
    return TokenRows.of(marked, longest, padding);
  }

  private List<int[]> marked(Tokenizer tokenizer, List<String> texts, int most) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("tokens: expected one text or more, got none");
    }
    List<int[]> marked = new ArrayList<>();
    for (String text : texts) {
      int[] inside = tokenizer.tokens(text);
      int kept = Math.min(inside.length, most - before.size() - 1);
      int[] row = new int[before.size() + kept + 1];
      for (int i = 0; i < before.size(); i++) {
        row[i] = before.get(i);
      }
      System.arraycopy(inside, 0, row, before.size(), kept);
      row[row.length - 1] = end;
      marked.add(row);
    }
    return marked;
  }
}
