package brume.tests.golden;

import brume.diffusion.settings.SettingsFile;
import brume.diffusion.text.ClipTokenizer;
import brume.diffusion.text.T5Tokenizer;
import brume.diffusion.text.Tokenizer;
import brume.nn.text.TokenRows;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Texts as tokens, by the files of a tokenizer beside the case. Numbers of tokens are exact. */
final class TokenizerRunner implements CaseRunner {

  private static final Pattern SHORTER = Pattern.compile("(input_ids|attention_mask)_max(\\d+)");
  private static final Pattern LONGEST =
      Pattern.compile("first(\\d+)_longest_(input_ids|attention_mask)");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("tokenizer")
        && (isOf(asked, "vocab.json") || isOf(asked, "spiece.model"));
  }

  private static boolean isOf(GoldenCase asked, String file) {
    return Files.exists(folder(asked).resolve(file));
  }

  private static Path folder(GoldenCase asked) {
    return asked.path().toAbsolutePath().getParent();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    boolean clip = isOf(asked, "vocab.json");
    Tokenizer tokenizer =
        clip ? ClipTokenizer.open(folder(asked)) : T5Tokenizer.open(folder(asked));
    List<String> texts = StreamSupport.stream(asked.attrs().path("texts").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
    List<int[]> tokens = texts.stream().map(text -> bare(tokenizer, text, clip)).toList();
    for (String name : asked.outputs()) {
      String tensor = "output." + name;
      Matcher shorter = SHORTER.matcher(name), longest = LONGEST.matcher(name);
      if (shorter.matches()) {
        TokenRows rows = tokenizer.rows(texts, Integer.parseInt(shorter.group(2)));
        results.check(tensor, part(rows, shorter.group(1)));
      } else if (longest.matches()) {
        TokenRows rows = tokenizer.rows(texts.subList(0, Integer.parseInt(longest.group(1))));
        results.check(tensor, part(rows, longest.group(2)));
      } else if (name.startsWith("openai_")) {
        results.skip(tensor); // what the first tokenizer of OpenAI did, which this is not
      } else if (name.equals("lengths")) {
        results.check(tensor, tokens.stream().mapToLong(row -> row.length).toArray());
      } else if (name.equals("flat_ids")) {
        results.check(
            tensor, tokens.stream().flatMapToInt(Arrays::stream).asLongStream().toArray());
      } else {
        int length = asked.shape(tensor)[1];
        results.check(tensor, part(tokenizer.rows(texts, length), name));
      }
    }
    checkWords(asked, tokenizer);
  }

  /** The tokens of a text, those of T5 with the mark behind them. */
  private static int[] bare(Tokenizer tokenizer, String text, boolean clip) {
    int[] tokens = tokenizer.tokens(text);
    return clip
        ? tokens
        : IntStream.concat(
                IntStream.of(tokens),
                IntStream.of(tokenizer.rows(List.of(""), 1).tokens()))
            .toArray();
  }

  private static long[] part(TokenRows rows, String name) {
    int[] part = name.equals("input_ids") ? rows.tokens() : rows.mask();
    return Arrays.stream(part).asLongStream().toArray();
  }

  /** The words of tokens, where a file beside the case has them. */
  private static void checkWords(GoldenCase asked, Tokenizer tokenizer) throws IOException {
    Path file = folder(asked).resolve("decoded.json");
    if (!Files.exists(file)) {
      return;
    }
    JsonNode decoded = SettingsFile.read(file);
    for (int i = 0; i < decoded.path("ids").size(); i++) {
      int[] tokens = StreamSupport.stream(decoded.path("ids").path(i).spliterator(), false)
          .mapToInt(JsonNode::asInt)
          .toArray();
      String expected = decoded.path("text").path(i).asText(), words = tokenizer.words(tokens);
      if (!words.equals(expected)) {
        throw new IOException(file + ": expected '" + expected + "', got '" + words + "'");
      }
    }
  }
}
