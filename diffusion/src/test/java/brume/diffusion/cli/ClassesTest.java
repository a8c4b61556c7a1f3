package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Classes by their names and numbers. */
class ClassesTest {

  @Test
  void ofNamesThatAreNumbersOnlyWholeOnesCount() {
    List<String> known = List.of("2", "5", "19");
    assertEquals(List.of(1, 2), Classes.named("5,19", known));
    for (String none : List.of("1", "9")) {
      String refusal =
          assertThrows(UsageException.class, () -> Classes.named(none, known)).getMessage();
      assertEquals(
          "--class: expected one of 2, 5, 19, got '" + none + "'",
          refusal.replaceFirst("; did you mean.*", ""));
    }
  }

  @Test
  void numbersStandForOtherNames() {
    assertEquals(List.of(1, 0), Classes.named("1,ba", List.of("bag", "boot")));
  }
}
