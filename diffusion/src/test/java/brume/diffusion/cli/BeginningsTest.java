package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BeginningsTest {

  @TempDir
  Path folder;

  /** The preset moves squares of 2x2 pixels into the channels, which suits its own network. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | {}",
        "2 | {\"network\": {\"kind\": \"unet\", \"dim\": 8}}",
        "1 | {\"network\": {\"kind\": \"dit\"}}",
        "4 | {\"network\": {\"kind\": \"dit\"}, \"patch\": 4}"
      })
  void anotherNetworkInAFileBeginsWithoutThePatchesOfThePreset(int patch, String settings)
      throws IOException {
    Path file = Files.writeString(folder.resolve("some.json"), settings);
    Words words = new Words("--preset", "fashion", "--config", file.toString());
    assertEquals(patch, Beginnings.fresh(words, Optional.empty()).patch());
  }
}
