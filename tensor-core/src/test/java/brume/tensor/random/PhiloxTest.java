package brume.tensor.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Text;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {

  /** The published vectors: philox 4x32-10 in the file kat_vectors of Random123. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0000000000000000, 0000000000000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffffffffffff, ffffffffffffffff, ffffffffffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "299f31d0a4093822, 85a308d3243f6a88, 0370734413198a2e, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void equalsThePublishedVectors(String key, String counterLow, String counterHigh, String words) {
    int[] block = new int[4];
    Philox.block(word(key), word(counterLow), word(counterHigh), block);
    assertEquals(words, Text.of("%08x %08x %08x %08x", block[0], block[1], block[2], block[3]));
  }

  private static long word(String hex) {
    return HexFormat.fromHexDigitsToLong(hex);
  }
}
