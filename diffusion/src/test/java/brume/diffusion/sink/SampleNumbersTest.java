package brume.diffusion.sink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleNumbersTest {

  private static long[] all(SampleNumbers numbers) {
    return LongStream.range(0, numbers.count()).map(numbers::at).toArray();
  }

  @Test
  void rangesAreListedInTheirOrder() {
    SampleNumbers numbers = SampleNumbers.parse("5-7, 100 ,0 - 1,8");
    assertArrayEquals(new long[] {5, 6, 7, 100, 0, 1, 8}, all(numbers));
    assertEquals("5-7,100,0-1,8", numbers.toString());
    assertArrayEquals(new long[] {0, 1, 2}, all(SampleNumbers.first(3)));
    assertEquals("0-2", SampleNumbers.first(3).toString());
    assertThrows(IndexOutOfBoundsException.class, () -> numbers.at(7));
    assertThrows(IndexOutOfBoundsException.class, () -> numbers.at(-1));
  }

  @Test
  void membersAreKnown() {
    SampleNumbers numbers = SampleNumbers.parse("50-70,100,0-1");
    for (long number = -2; number < 120; number++) {
      boolean member = number >= 0 && number <= 1 || number >= 50 && number <= 70 || number == 100;
      assertEquals(member, numbers.contains(number), "number " + number);
    }
  }

  @Test
  void billionsTakeNoMemory() {
    SampleNumbers numbers = SampleNumbers.parse("40000000000-79999999999");
    assertEquals(40_000_000_000L, numbers.count());
    assertEquals(79_999_999_999L, numbers.at(39_999_999_999L));
    assertTrue(numbers.contains(60_000_000_000L));
    assertFalse(numbers.contains(80_000_000_000L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1,,2", "a", "-5", "3-1", "1-2-3", "1.5", "99999999999999999999", "0-", ","})
  void otherTextIsRefused(String text) {
    String message = assertThrows(IllegalArgumentException.class, () -> SampleNumbers.parse(text))
        .getMessage();
    assertTrue(
        message.startsWith(
            "sample numbers: expected numbers of 0 or more and ranges such as 0-63,100, got "),
        message);
  }

  @Test
  void aNumberComesOnce() {
    assertEquals(
        "sample numbers: expected each number once, got 3 twice in 0-5,3",
        assertThrows(IllegalArgumentException.class, () -> SampleNumbers.parse("0-5,3"))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> SampleNumbers.first(0));
  }

  @Test
  void fileNamesGoBothWays() {
    assertEquals("000123.png", SampleNumbers.fileName(123));
    assertEquals(12345678, SampleNumbers.numberOf(SampleNumbers.fileName(12345678)));
    assertEquals(-1, SampleNumbers.numberOf("cat.png"));
    assertEquals(-1, SampleNumbers.numberOf("12.png"));
  }

  @Test
  void numbersAreConsecutiveOnlyInTheirOrder() {
    for (String text : new String[] {"7", "0-5", "0-2,3,4-5"}) {
      assertTrue(SampleNumbers.parse(text).areConsecutive(), text);
    }
    for (String text : new String[] {"0,2,1,3", "3-5,0-2", "0,2"}) {
      assertFalse(SampleNumbers.parse(text).areConsecutive(), text);
    }
  }
}
