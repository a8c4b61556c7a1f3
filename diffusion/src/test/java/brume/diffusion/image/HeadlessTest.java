package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.data.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadlessTest {
  @TempDir
  Path folder;

  @Test
  void drawsAndScalesWhereTheDisplayIsGone() throws Exception {
    for (Class<?> first : new Class<?>[] {Plot.class, Scale.class}) {
      Path output = folder.resolve("output");
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      String classes = System.getProperty("java.class.path");
      ProcessBuilder builder = new ProcessBuilder(
          java.toString(),
          "-cp",
          classes,
          first.getName(),
          folder.resolve("a.png").toString());
      builder.environment().put("DISPLAY", ":99");
      Process process =
          builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      assertEquals(0, process.waitFor(), Files.readString(output));
    }
  }

  static final class Plot {
    public static void main(String[] arguments) throws IOException {
      LossPlot.write(Path.of(arguments[0]), "two", new long[] {1, 2}, new double[] {2, 1});
    }
  }

  static final class Scale {
    public static void main(String[] arguments) throws IOException {
      ImageFolder.open(Path.of(arguments[0]).getParent(), 32, 3);
    }
  }
}
