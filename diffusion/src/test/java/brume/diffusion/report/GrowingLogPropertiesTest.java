package brume.diffusion.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** A log comes to the same curve however it is written, and whatever else stands in it. */
class GrowingLogPropertiesTest {

  private static final List<String> OTHERS = List.of(
      "",
      "{}",
      "[]",
      "null",
      "{\"step\":-1}",
      "{\"step\":1e9}",
      "{\"step\":99999999999999999999}",
      "{\"step\":[1]}",
      "{\"loss\":1}",
      "{\"step\":3,\"loss\":",
      "{\"step\":\"3\",\"loss\":1}",
      "[[[[[[",
      "\u0000\u0001",
      "\u00e9\ud83c\udf2b");

  private static final int LINES = 30_000; // three portions
  private static final String LONG = SmallRuns.lines(1, LINES);

  private Path file = Path.of("");

  @BeforeTry
  void create() throws IOException {
    file = Files.createTempFile("log", ".jsonl");
  }

  @AfterTry
  void delete() throws IOException {
    Files.delete(file);
  }

  /** Lines of a log, with steps that ascend, among others. */
  @Provide
  Arbitrary<byte[]> logs() {
    Arbitrary<String> line = Arbitraries.doubles().map(loss -> "\"loss\":" + loss);
    Arbitrary<String> other =
        Arbitraries.oneOf(Arbitraries.of(OTHERS), Arbitraries.strings().ascii().ofMaxLength(30));
    return Arbitraries.frequencyOf(Tuple.of(3, line), Tuple.of(1, other))
        .list()
        .ofMaxSize(60)
        .map(GrowingLogPropertiesTest::numbered);
  }

  private static byte[] numbered(List<String> lines) {
    StringBuilder log = new StringBuilder();
    int step = 0;
    for (String line : lines) {
      boolean ours = line.startsWith("\"loss\":");
      log.append(ours ? Text.of("{\"step\":%d,%s}", ++step, line) : line).append('\n');
    }
    return log.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String told(Curve curve) {
    return curve.tree().toString();
  }

  @Property(tries = 400)
  void piecesComeToTheSameAsTheWhole(
      @ForAll("logs") byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int pieces)
      throws IOException {
    GrowingLog growing = new GrowingLog(file);
    for (int piece = 0; piece < pieces; piece++) {
      int from = (int) ((long) bytes.length * piece / pieces);
      int to = (int) ((long) bytes.length * (piece + 1) / pieces);
      Files.write(file, Arrays.copyOfRange(bytes, from, to), StandardOpenOption.APPEND);
      growing.read(Curve::lines);
    }
    assertEquals(
        new GrowingLog(file).read(GrowingLogPropertiesTest::told),
        growing.read(GrowingLogPropertiesTest::told));
    assertEquals(growing.read(Curve::lastStep), GrowingLog.last(file).step(), "found from the end");
  }

  @Property(tries = 100)
  void someStepsAreThoseOfTheWhole(
      @ForAll @IntRange(max = 40_000) int first, @ForAll @IntRange(max = 20_000) int more)
      throws IOException {
    Files.writeString(file, LONG);
    int last = first + more;
    Curve expected = new Curve();
    for (int step = Math.max(1, first); step <= Math.min(last, LINES); step++) {
      expected.add(step, 1.0 / step, 1, 0.001, 0.25, Double.NaN);
    }
    Curve found = new GrowingLog(file).between(first, last);
    assertEquals(told(expected), told(found));
    assertTrue(expected.lines() == 0 || found.lines() == expected.lines());
  }
}
