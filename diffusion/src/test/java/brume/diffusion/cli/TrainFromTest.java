package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.SavedPipeline;
import brume.diffusion.run.RunFolder;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that begin with what others have learned. */
class TrainFromTest {

  @TempDir
  private Path temporary;

  private Path data;
  private Path run;
  private Path learned;

  @BeforeEach
  void train() throws IOException {
    data = TinyData.idx(temporary.resolve("tiny.idx"));
    run = temporary.resolve("first");
    Shell.run(TinyData.train("--data", data, "--steps", 2, "--run", run)).succeeds();
    learned = run.resolve("checkpoints/step-000002/ema.safetensors");
  }

  private Shell begin(Object... more) {
    Object[] words = {"--data", data, "--steps", 1, "--run", temporary.resolve("second")};
    return Shell.run(TinyData.train(concat(words, more)));
  }

  private static Object[] concat(Object[] a, Object... b) {
    return Stream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  private Path first(String part) {
    return temporary.resolve("second/checkpoints/step-000000").resolve(part + ".safetensors");
  }

  private static void assertSame(Path expected, Path got) throws IOException {
    SafeTensors one = SafeTensors.read(expected), other = SafeTensors.read(got);
    assertEquals(one.names(), other.names());
    for (String name : one.names()) {
      assertArrayEquals(one.doubles(name), other.doubles(name), name);
    }
  }

  @Test
  void aRunWithoutCheckpointsIsNamedSo() throws IOException {
    Path fresh = Files.createDirectories(temporary.resolve("fresh"));
    Files.copy(run.resolve("config.json"), fresh.resolve("config.json"));
    Files.createFile(new RunFolder(fresh).log());
    Shell.run("train", "--train-from", fresh)
        .fails(
            1,
            "--train-from: expected a run with a valid checkpoint, got none in " + fresh
                + "; train it until its first one");
  }

  @Test
  void aRunBeginsWithTheAverageOfAnother() throws IOException {
    Shell begun = begin("--train-from", run).succeeds();
    assertTrue(
        begun.err().matches("(?s).*begins with (\\d+) of \\1 parameters of .*"), begun.err());
    assertSame(learned, first("model"));
    assertSame(learned, first("ema"));
    SafeTensors after =
        SafeTensors.read(temporary.resolve("second/checkpoints/step-000001/model.safetensors"));
    String name = after.names().iterator().next();
    assertFalse(
        Arrays.equals(SafeTensors.read(learned).doubles(name), after.doubles(name)), "it learns");
  }

  /** Stopped before its first checkpoint, it has not forgotten them. */
  @Test
  void theBeginningIsKept() throws IOException {
    begin("--train-from", run).succeeds();
    Path checkpoints = temporary.resolve("second/checkpoints");
    try (Stream<Path> files = Files.walk(checkpoints.resolve("step-000001"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Shell.run(
            "train", "--device", "reference", "--resume", temporary.resolve("second"), "--steps", 2)
        .succeeds();
    assertSame(learned, first("model"));
    assertTrue(Files.exists(checkpoints.resolve("step-000002")));
  }

  @Test
  void anExportIsABeginningToo() throws IOException {
    Path out = temporary.resolve("out");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    begin("--train-from", out).succeeds();
    assertSame(learned, first("model"));
  }

  @Test
  void aFolderOfDiffusersBringsItsNetworkAndProcess() throws IOException {
    SavedPipeline pipeline = new SavedPipeline(temporary.resolve("pipeline"));
    Shell.run(
            "train",
            "--device",
            "reference",
            "--data",
            data,
            "--steps",
            1,
            "--batch",
            2,
            "--samples",
            0,
            "--run",
            temporary.resolve("second"),
            "--train-from",
            pipeline.folder())
        .succeeds();
    assertSame(
        pipeline.folder().resolve("unet/diffusion_pytorch_model.safetensors"), first("model"));
    String recipe = Files.readString(temporary.resolve("second/config.json"));
    assertTrue(recipe.contains("\"timesteps\" : 40"), recipe);
  }

  @Test
  void whatDoesNotMatchIsTold() throws IOException {
    Path alone = Files.copy(learned, temporary.resolve("alone.safetensors"));
    Shell begun = begin("--train-from", alone, "--mults", "1,2,2").succeeds();
    assertTrue(begun.err().matches("(?s).* \\d+ missing: \\w.*, \\.\\.\\..*"), begun.err());
    assertTrue(begun.err().contains(" of another shape: "), begun.err());
  }

  @Test
  void aModelOfNothingOfTheKindIsRefused() throws IOException {
    Path other = temporary.resolve("pipeline");
    new SavedPipeline(other);
    Path alone = Files.copy(
        other.resolve("unet/diffusion_pytorch_model.safetensors"),
        temporary.resolve("alone.safetensors"));
    Shell refused = begin("--train-from", alone);
    assertEquals(1, refused.status(), refused.err());
    assertTrue(
        refused
            .lastLine()
            .startsWith(
                "brume: " + alone + ": expected parameters of the network, got none of its "),
        refused.err());
    assertFalse(Files.exists(temporary.resolve("second")));
  }
}
