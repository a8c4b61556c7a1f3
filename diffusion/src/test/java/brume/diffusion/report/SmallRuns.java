package brume.diffusion.report;

import brume.tensor.Text;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Folders of runs that nobody has trained. */
public final class SmallRuns {

  private SmallRuns() {}

  /** A run of 1,000 steps, of which some are done. */
  public static Path make(Path runs, String name, int done) throws IOException {
    Path run = Files.createDirectories(runs.resolve(name));
    Files.createDirectories(run.resolve("samples"));
    Files.writeString(run.resolve("config.json"), "{\"training\": {\"steps\": 1000}}");
    Files.writeString(run.resolve("log.jsonl"), lines(1, done));
    picture(run.resolve("samples.png"));
    picture(run.resolve("samples").resolve("step-000010.png"));
    return run;
  }

  public static String lines(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(step -> Text.of(
            "{\"step\":%d,\"loss\":%s,\"gradientNorm\":1.0,\"learningRate\":0.001,\"seconds\":0.25}\n",
            step, 1.0 / step))
        .collect(Collectors.joining());
  }

  public static void append(Path run, String text) throws IOException {
    Files.writeString(run.resolve("log.jsonl"), text, StandardOpenOption.APPEND);
  }

  public static void picture(Path file) throws IOException {
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
  }
}
