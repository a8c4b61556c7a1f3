package brume.diffusion.text;

import brume.diffusion.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files of tokenizers. */
class HostileTokenizersTest {

  private static final String TEXT = "A red circle, 12 \u732b <|endoftext|>!\u212b";

  @TempDir
  private Path folder;

  @BeforeEach
  void save() throws IOException {
    BytePairTraining.train(List.of("a red circle", "the red circle"), 540, 2, 16, folder);
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<x>\": 540}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab.json",
        "merges.txt",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json"
      })
  void filesOfClip(String name) throws IOException {
    run(name, () -> use(ClipTokenizer.open(folder)));
  }

  @Test
  void unigrams() throws IOException {
    new SmallUnigrams().piece("\u2581", -2, 1).piece("a", -1, 1).withMap().write(folder);
    run("spiece.model", () -> use(T5Tokenizer.open(folder)));
  }

  private static void use(Tokenizer tokenizer) {
    tokenizer.words(tokenizer.tokens(TEXT));
    tokenizer.rows(List.of(TEXT, ""));
  }

  private void run(String name, Fuzzing.Reading reading) throws IOException {
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Fuzzing.run(
        HostileTokenizersTest.class,
        "tokenizer-" + name.replaceAll("\\W", "-"),
        file,
        damage -> damage.of(whole, List.of(whole)),
        List.of(reading),
        List.of(folder.toString()));
  }
}
