package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.sampler.NoiseSource;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Noise in the order of PyTorch, given to samples by their numbers. */
class NoiseFileTest {

  private static final Device DEVICE = Backends.named("reference");

  @TempDir
  private Path temporary;

  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = temporary.resolve("noise.safetensors");
    new SafeTensorsWriter()
        .add("start", new int[] {2, 2, 1, 3}, counted(12))
        .add("steps", new int[] {2, 2, 2, 1, 3}, counted(24))
        .add("prior.start", new int[] {2, 4}, counted(8))
        .add("enlarging.start", new int[] {2, 2, 2, 3}, counted(24))
        .write(file);
  }

  private static double[] counted(int count) {
    return IntStream.range(0, count).asDoubleStream().toArray();
  }

  @Test
  void channelsComeLastAndSamplesByTheirNumbers() throws IOException {
    NoiseFile noise = NoiseFile.open(file);
    try (Scope scope = Scope.open()) {
      NoiseSource second = noise.samples(1);
      Shape one = Shape.of(1, 1, 3, 2);
      assertArrayEquals(
          new double[] {6, 9, 7, 10, 8, 11}, second.start(DEVICE, one).toDoubles());
      assertArrayEquals(
          new double[] {18, 21, 19, 22, 20, 23}, second.step(1, DEVICE, one).toDoubles());
      assertEquals(List.of("enlarging.start", "prior.start"), noise.unused());
      assertArrayEquals(
          new double[] {4, 5, 6, 7},
          noise.before("prior", 1).start(DEVICE, Shape.of(1, 1, 1, 4)).toDoubles());
      assertEquals(12, second.after(2).start(DEVICE, Shape.of(1, 2, 3, 2)).toDoubles()[0]);
      assertEquals(List.of(), noise.unused());
    }
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    NoiseFile noise = NoiseFile.open(file);
    assertEquals(
        file + ": expected start of 3 samples of (2, 3), got (2, 2, 1, 3)",
        refused(() -> noise.samples(1).start(DEVICE, Shape.of(2, 1, 3, 2))));
    assertEquals(
        file + ": expected start of 1 samples of (3, 2), got (2, 2, 1, 3)",
        refused(() -> noise.samples(0).start(DEVICE, Shape.of(1, 2, 1, 3))));
    assertEquals(
        file
            + ": expected steps of 3 steps or more, each of 1 samples of (2, 3), got (2, 2, 2, 1,"
            + " 3)",
        refused(() -> noise.samples(0).step(2, DEVICE, Shape.of(1, 1, 3, 2))));
    assertEquals(
        file + ": expected posterior of 1 samples of (2, 3), got none",
        refused(() -> noise.shared("posterior", DEVICE, Shape.of(1, 1, 3, 2))));
  }

  @Test
  void filesThatAreNoNoiseAreRefused() throws IOException {
    Path other = temporary.resolve("other.safetensors");
    new SafeTensorsWriter().add("latents", new int[] {1}, counted(1)).write(other);
    assertEquals(
        other
            + ": expected arrays of noise called enlarging.start, enlarging.steps, image, masked,"
            + " posterior, prior.start, prior.steps, start, steps, got latents",
        assertThrows(IOException.class, () -> NoiseFile.open(other)).getMessage());
    Path text = temporary.resolve("noise.txt");
    Files.writeString(text, "0.1 0.2");
    assertEquals(
        text + ": expected noise in a .safetensors, .npz or .npy file, got another file",
        assertThrows(IOException.class, () -> NoiseFile.open(text)).getMessage());
    Path none = temporary.resolve("none");
    assertEquals(
        none + ": expected noise in a .safetensors, .npz or .npy file, found no file",
        assertThrows(IOException.class, () -> NoiseFile.open(none)).getMessage());
  }

  private static String refused(org.junit.jupiter.api.function.Executable asking) {
    try (Scope scope = Scope.open()) {
      return String.valueOf(assertThrows(IllegalArgumentException.class, asking).getMessage());
    }
  }
}
