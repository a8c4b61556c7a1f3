package brume.diffusion.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 40,000 samples in a heap that does not hold them. */
class ConstantMemoryTest {

  private static final int COUNT = 40_000;
  private static final int SAMPLE = 8 * 8 * 3;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a.npy", "a.npz", "a.safetensors", "a.zip"})
  void aSmallHeapWritesThemAll(String name) throws IOException, InterruptedException {
    Path out = folder.resolve(name), said = folder.resolve("said");
    // As floats they are 31 MB, and the directory of a ZIP of PNGs would take 10 MB.
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx14m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            out.toString())
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
    assertEquals(0, process.waitFor(), Files.readString(said));
    assertTrue(Files.size(out) >= (long) COUNT * 60, Files.size(out) + " bytes");
  }

  /** Writes flat samples, ten at a time. */
  static final class Writer {
    public static void main(String[] arguments) throws IOException {
      SampleRequest request = new SampleRequest(SampleNumbers.first(COUNT), 8, 8, 3, "flat");
      try (SampleSink sink = SampleSink.open(Path.of(arguments[0]), request)) {
        float[] values = new float[10 * SAMPLE];
        while (sink.done() < COUNT) {
          Arrays.fill(values, sink.done() / (float) COUNT);
          sink.write(sink.done(), values);
        }
      }
    }
  }
}
