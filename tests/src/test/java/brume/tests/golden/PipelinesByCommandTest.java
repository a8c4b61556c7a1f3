package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.diffusion.cli.Main;
import brume.tensor.DType;
import brume.tensor.io.SafeTensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every picture of a text that comes with Brume, or lies in the folder of {@code -Dbrume.golden=DIR}, drawn by the
 * command line from the folder around it and the noise beside it.
 */
class PipelinesByCommandTest {

  private static final double DOUBLE = 1e-6; // which is written as floats

  @TempDir
  private Path temporary;

  @TestFactory
  Stream<DynamicTest> theStoredPictureIsDrawn() throws IOException {
    List<GoldenCase> cases = GoldenCases.in(GoldenCases.folder()).stream()
        .filter(PipelinesByCommandTest::isPictureOfText)
        .toList();
    assertFalse(cases.isEmpty(), "no pictures of texts");
    return cases.stream()
        .map(asked -> DynamicTest.dynamicTest(asked.name(), () -> {
          draw(asked, "reference", DOUBLE);
          draw(asked, "cpu", new Tolerance(DType.F32).allowed(asked, "output.image", 1));
        }));
  }

  private static boolean isPictureOfText(GoldenCase asked) {
    return asked.kind().equals("pipeline")
        && asked.attrs().has("prompt")
        && asked.outputs().contains("image")
        && Files.exists(asked.path().resolveSibling("model_index.json"));
  }

  private void draw(GoldenCase asked, String device, double allowed) throws IOException {
    Path place = Files.createTempDirectory(temporary, device);
    Path out = place.resolve("out.safetensors");
    List<String> words = new ArrayList<>(PipelineAsked.words(asked, place));
    words.addAll(List.of("--out", out.toString(), "--device", device));
    String said = said(words);
    assertFalse(said.contains("not asked for"), said);
    SafeTensors drawn = SafeTensors.read(out);
    int[] shape = drawn.shape("samples");
    assertArrayEquals(
        asked.shape("output.image"), ChannelsLast.permute(shape, ChannelsLast.lastToSecond(4)));
    assertArrayEquals(
        asked.doubles("output.image"),
        ChannelsLast.permute(drawn.doubles("samples"), shape, ChannelsLast.lastToSecond(4)),
        allowed,
        device);
  }

  private static String said(List<String> words) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int status = Main.run(words.toArray(String[]::new));
      assertEquals(0, status, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
