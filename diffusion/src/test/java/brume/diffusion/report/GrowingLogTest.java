package brume.diffusion.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingLogTest {

  @TempDir
  private Path folder;

  private Path run;
  private GrowingLog log;

  @BeforeEach
  void begin() throws IOException {
    run = SmallRuns.make(folder, "run", 0);
    log = new GrowingLog(run.resolve("log.jsonl"));
  }

  private long lines() throws IOException {
    return log.read(Curve::lines);
  }

  @Test
  void growsLineByLine() throws IOException {
    assertEquals(0, lines());
    SmallRuns.append(run, SmallRuns.lines(1, 3));
    assertEquals(3, lines());
    SmallRuns.append(run, "{\"step\":4,\"lo");
    assertEquals(3, lines());
    SmallRuns.append(run, "ss\":0.25}\n");
    assertEquals(4, lines());
    assertEquals(0.25, log.read(curve -> curve.latest(Curve.Value.LOSS)));
    assertEquals(4, lines());
  }

  @Test
  void isReadAnewWhenARunGoesOnFromACheckpoint() throws IOException {
    SmallRuns.append(run, SmallRuns.lines(1, 100));
    assertEquals(100, lines());
    Path file = run.resolve("log.jsonl");
    Files.writeString(file, SmallRuns.lines(1, 50));
    assertEquals(50, lines());
    // Longer than before by the time somebody looks, and another one.
    Files.writeString(
        file, (SmallRuns.lines(1, 50) + SmallRuns.lines(51, 300)).replace("0.25", "0.5"));
    assertEquals(300, lines());
    assertEquals(0.5, log.read(curve -> curve.latest(Curve.Value.SECONDS)));
  }

  @Test
  void isReadAcrossPortions() throws IOException {
    SmallRuns.append(run, SmallRuns.lines(1, 30_000)); // 2.6 MB
    assertEquals(30_000, lines());
    assertEquals(30_000, log.read(Curve::lastStep));
  }

  @Test
  void someStepsAreFinerThanAll() throws IOException {
    SmallRuns.append(run, SmallRuns.lines(1, 30_000));
    assertEquals(32, log.read(Curve::tree).path("linesOfBucket").asInt());
    Curve some = log.between(20_001, 20_500);
    assertEquals(500, some.lines());
    assertEquals(1, some.tree().path("linesOfBucket").asInt());
    assertEquals(1 / 20_001.0, some.means(Curve.Value.LOSS)[0]);
    assertEquals(20_500, some.lastStep());
    SmallRuns.append(run, SmallRuns.lines(30_001, 30_010));
    assertEquals(30_010, log.between(30_000, 40_000).lastStep());
    Files.writeString(run.resolve("log.jsonl"), SmallRuns.lines(1, 50));
    assertEquals(31, log.between(20, 40_000).lines());
    assertEquals(0, log.between(60, 40).lines());
  }

  @Test
  void whatIsNoLineIsPassedOver() throws IOException {
    byte[] noText = {(byte) 0xff, (byte) 0xc0, 0, '\n'};
    String hostile =
        "\n[]\nnull\n{\"step\":1e99}\n{\"step\":-4,\"loss\":1}\n{\"step\":{\"step\":5}}\n{\"a\":[[[[\n"
            + "[".repeat(10_000) + "\n" + "x".repeat(3 << 20) + "\n"
            + "{\"step\":7,\"loss\":\"<script>alert(1)</script>\",\"gradientNorm\":\"NaN\"}\n";
    SmallRuns.append(run, hostile + new String(noText, StandardCharsets.ISO_8859_1));
    SmallRuns.append(run, SmallRuns.lines(8, 9));
    assertEquals(3, lines());
    assertEquals(9, log.read(Curve::lastStep));
  }

  @Test
  void theLastLineIsFoundWithoutTheOthers() throws IOException {
    Path file = run.resolve("log.jsonl");
    assertEquals(0, GrowingLog.last(file).step());
    assertEquals(0, GrowingLog.last(run.resolve("none")).step());
    Files.writeString(file, "{\"step\":-1}\n");
    assertEquals(0, GrowingLog.last(file).step());
    SmallRuns.append(run, SmallRuns.lines(1, 1));
    assertEquals(1, GrowingLog.last(file).step());
    SmallRuns.append(run, SmallRuns.lines(2, 2000) + "{\"step\":2001,");
    assertEquals(2000, GrowingLog.last(file).step());
    assertEquals(1 / 2000.0, GrowingLog.last(file).value(Curve.Value.LOSS));
  }
}
