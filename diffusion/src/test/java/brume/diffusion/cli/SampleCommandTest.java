package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.StoredType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What {@code brume sample} writes, and what it refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleCommandTest {

  @TempDir
  private static Path trained;

  @TempDir
  private Path folder;

  private Path run;

  @BeforeAll
  void train() throws IOException {
    Path data = TinyData.idx(trained.resolve("pictures.idx"));
    Shell.run(TinyData.train(
            "--data", data, "--run", trained.resolve("run"), "--steps", 2, "--checkpoint-every", 1))
        .succeeds();
  }

  @BeforeEach
  void copyTheRun() throws IOException {
    run = Files.createTempDirectory(folder, "run");
    try (Stream<Path> files = Files.walk(trained.resolve("run"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = run.resolve(trained.resolve("run").relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @Test
  void aTensorFileHoldsPicturesBetweenBlackAndWhite() throws IOException {
    SafeTensors file = sampled("samples.safetensors", 5);
    assertEquals(Set.of("samples"), file.names());
    assertEquals(StoredType.F32, file.entry("samples").type());
    assertArrayEquals(new int[] {5, 8, 8, 1}, file.shape("samples"));
    for (float value : file.floats("samples")) {
      assertTrue(value >= 0 && value <= 1, () -> "got " + value);
    }
  }

  @Test
  void aPictureDependsNeitherOnBatchNorCount() throws IOException {
    float[] five = sampled("five.safetensors", 5).floats("samples");
    for (int batch : new int[] {1, 3, 64}) {
      SafeTensors again = sampled("again.safetensors", 5, "--batch", batch);
      assertArrayEquals(five, again.floats("samples"), "--batch " + batch);
    }
    float[] two = sampled("two.safetensors", 2).floats("samples");
    assertArrayEquals(Arrays.copyOf(five, two.length), two);
  }

  @Test
  void aGridAndAFolderShowThePicturesOfTheTensor() throws IOException {
    float[] values = sampled("samples.safetensors", 4).floats("samples");
    sample("--count", 4, "--out", folder.resolve("grid.png")).succeeds();
    sample("--count", 4, "--out", folder.resolve("each")).succeeds();

    try (Stream<Path> files = Files.list(folder.resolve("each"))) {
      assertEquals(
          List.of("000000.png", "000001.png", "000002.png", "000003.png"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    BufferedImage last = ImageIO.read(folder.resolve("each/000003.png").toFile());
    BufferedImage grid = ImageIO.read(folder.resolve("grid.png").toFile());
    assertEquals(8, last.getWidth());
    int scale = grid.getWidth() / 16;
    for (int i = 0; i < 64; i++) {
      int expected = Math.round(255 * values[3 * 64 + i]), x = i % 8, y = i / 8;
      assertEquals(expected, last.getRaster().getSample(x, y, 0), 1, "pixel " + i);
      assertEquals(
          last.getRaster().getSample(x, y, 0),
          grid.getRaster()
              .getSample(grid.getWidth() - scale * (8 - x), grid.getHeight() - scale * (8 - y), 0),
          Text.of("pixel %d of the grid", i));
    }
  }

  @Test
  void placesThatCannotBeWrittenAreRefusedBeforeSampling() throws IOException {
    Path nowhere = folder.resolve("nowhere/samples.png");
    sample("--out", nowhere)
        .fails(
            1,
            nowhere + ": expected to be written into a folder that exists, got none at "
                + nowhere.getParent() + "; make the folder first");
    Path photo = folder.resolve("samples.jpg");
    sample("--out", photo)
        .fails(
            1,
            photo
                + ": expected a name that ends in .png, .gif, .npz, .npy, .zip or .safetensors, or one without an"
                + " ending for a folder, got .jpg");
    Path file = Files.writeString(folder.resolve("notes"), "mine");
    sample("--out", file)
        .fails(
            1,
            file
                + ": expected a folder, or a name that ends in .png, .gif, .npz, .npy, .zip or .safetensors, got a"
                + " file; choose another name");
    assertEquals("mine", Files.readString(file));
    Path png = Files.createDirectory(folder.resolve("folder.png"));
    sample("--out", png)
        .fails(1, png + ": expected a file to write, got a folder; choose another name");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    sample("--count", 0).fails(2, "--count: expected 1 or more, got 0");
    sample("--batch", 0).fails(2, "--batch: expected 1 or more, got 0");
    sample("--steps", 21)
        .fails(2, "--steps: expected 1 to 20 (the timesteps of the process), got 21");
    sample("--eta", 1.5).fails(2, "--eta: expected 0 to 1, got 1.5");
    sample("--eta", "NaN").fails(2, "--eta: expected 0 to 1, got NaN");
  }

  @Test
  void aFolderThatIsNoRunIsTold() throws IOException {
    Shell.run("sample", "--run", folder)
        .fails(
            1,
            "--run: expected the folder of a run with its config.json, got " + folder
                + "; make one with brume train");
    Path fresh = Files.createDirectory(folder.resolve("fresh"));
    Files.copy(run.resolve("config.json"), fresh.resolve("config.json"));
    Shell.run("sample", "--run", fresh, "--device", "reference")
        .fails(
            1,
            "--run: expected a run with a valid checkpoint, got none in " + fresh
                + "; train it until its first one");
  }

  @Test
  void aRunIsNotTakenForAFolderOfDiffusers() {
    Shell.run("sample", "--from", run, "--device", "reference")
        .fails(
            2,
            Text.of(
                "--from: expected a model that was exported or saved by diffusers, got the run %1$s; draw"
                    + " from it with --run %1$s",
                run));
  }

  @Test
  void aCheckpointThatWasCutShortGivesWayToTheOneBefore() throws IOException {
    Path ema = run.resolve("checkpoints/step-000002/ema.safetensors");
    Files.write(ema, Arrays.copyOf(Files.readAllBytes(ema), 1000));
    Shell said = sample("--count", 1, "--out", folder.resolve("one.png")).succeeds();
    assertTrue(
        said.err()
            .lines()
            .anyMatch(line -> line.contains(ema
                + ": expected the file that was written here, it is missing or damaged; trying the"
                + " one before")),
        said.err());
  }

  @Test
  void aCheckpointOfAnotherArchitectureIsTold() throws IOException {
    Path config = run.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"dim\" : 8", "\"dim\" : 16"));
    Shell said = sample("--count", 1, "--out", folder.resolve("one.png"));
    Path ema = run.resolve("checkpoints/step-000002/ema.safetensors");
    said.fails(1, said.lastLine().substring("brume: ".length()));
    assertTrue(
        said.lastLine().startsWith("brume: " + ema + ": expected exactly the "), said.lastLine());
    assertTrue(
        said.lastLine().endsWith("; use it with the config.json it was made with"),
        said.lastLine());
    assertTrue(said.lastLine().length() < 800, said.lastLine());
  }

  private SafeTensors sampled(String name, int count, Object... more) throws IOException {
    Object[] words = Stream.concat(
            Stream.of("--count", count, "--out", folder.resolve(name)), Stream.of(more))
        .toArray();
    sample(words).succeeds();
    return SafeTensors.read(folder.resolve(name));
  }

  private Shell sample(Object... more) {
    return Shell.run(
        Stream.concat(Stream.of("sample", "--run", run, "--device", "reference"), Stream.of(more))
            .toArray());
  }
}
