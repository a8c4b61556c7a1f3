package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run learned goes out and comes back in the same bits, and gives the same pictures. */
class ExportCommandTest {

  private static final String UNET2D =
      "--network unet2d --widths 8,16 --down-blocks plain,attention --up-blocks attention,plain"
          + " --head-dim 4 --groups 4 --blocks-per-level 1";

  @TempDir
  private Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--sampler ddim --sample-steps 5 --eta 0.5",
        "--timesteps 1000 --sampler ddim --sample-steps 5",
        "--sampler ddpm --sample-steps 20 --predict epsilon --schedule quadratic",
        "--sampler ddim --sample-steps 3 --clipping dynamic --zero-terminal-snr --weighting uniform",
        "--sampler dpmpp-2m --sample-steps 4 --spacing linspace-open --clipping none",
        "--sampler euler --sample-steps 4 --spacing karras --rho 7 --clipping none --predict v",
        "--sampler heun --sample-steps 4 --schedule sigmoid --predict x0 --variance learned-range"
            + " --objective hybrid"
      })
  void aFolderOfDiffusersHasTheBitsOfTheRunAndGivesItsPictures(String options) throws IOException {
    Path run = trained(UNET2D + " " + options), out = temporary.resolve("out");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    assertTrue(Files.exists(out.resolve("model_index.json")));
    assertSameNumbers(
        run.resolve("checkpoints/step-000002/ema.safetensors"),
        out.resolve("unet/diffusion_pytorch_model.safetensors"));
    assertArrayEquals(sampled("--run", run), sampled("--from", out));
    assertArrayEquals(
        sampled("--run", run, "--sampler", "ddim", "--steps", 4, "--seed", 3),
        sampled("--from", out, "--sampler", "ddim", "--steps", 4, "--seed", 3));
    Shell.run("export", "--run", run, "--out", out)
        .fails(
            1, out + ": expected a new folder, got one with something in it; choose another --out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--network unet --dim 8 --mults 1,2 --groups 4 --heads 2 --head-dim 4 --patch 2",
        "--network ddpm --dim 8 --mults 1,2 --attention off,on --groups 4",
        "--network conditional --dim 8 --time-dim 8 --levels 2 --groups 4",
        "--network mlp --data toy:swissroll --dim 16 --mults 1,1",
        "--network mlp --data toy:swissroll --dim 16 --mults 1,1 --process flow",
        UNET2D + " --predict mean --weighting uniform"
      })
  void otherNetworksHaveTheirRecipeBesideThem(String options) throws IOException {
    Path run = trained(options), out = temporary.resolve("out");
    Shell.run("export", "--run", run, "--out", out, "--layout", "brume", "--weights", "raw")
        .succeeds();
    Path weights = out.resolve("model.safetensors");
    assertSameNumbers(run.resolve("checkpoints/step-000002/model.safetensors"), weights);
    float[] pictures = sampled("--run", run, "--weights", "raw");
    assertArrayEquals(pictures, sampled("--from", out));
    assertArrayEquals(pictures, sampled("--from", weights));
    assertFalse(Files.readString(out.resolve("config.json")).contains(temporary.toString()));
  }

  @Test
  void whatDiffusersCannotSayIsRefusedByName() throws IOException {
    Path run = trained(UNET2D + " --predict mean --weighting uniform"),
        out = temporary.resolve("out");
    Shell.run("export", "--run", run, "--out", out)
        .fails(
            2,
            "--predict: expected one of epsilon, v, x0, as diffusers has no other, got mean; or choose"
                + " --layout brume");
    assertFalse(Files.exists(out));
    Shell.run(
            "export",
            "--run",
            trained("--network unet --dim 8 --mults 1,2 --groups 4"),
            "--out",
            out,
            "--layout",
            "diffusers")
        .fails(
            2,
            "--network: expected unet2d or dit, the only ones that diffusers has, got unet; or choose --layout"
                + " brume");
    Shell.run("export", "--run", run, "--out", out, "--weights", "best")
        .fails(2, "--weights: expected raw, average, average:0.999, got best");
  }

  /** The note of Brume is heeded as long as nobody has changed the files of diffusers. */
  @Test
  void filesOfDiffusersHoldWhereTheyWereChanged() throws IOException {
    Path run = trained(UNET2D + " --sampler ddim --sample-steps 5"), out = temporary.resolve("out");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    Path scheduler = out.resolve("scheduler/scheduler_config.json");
    String text = Files.readString(scheduler);
    Files.writeString(scheduler, text.replace("\"clip_sample\" : true", "\"clip_sample\" : false"));
    Shell changed = Shell.run(from(out, "--steps", 5)).succeeds();
    assertTrue(
        changed.err().contains("recipe.json says something else than the files of diffusers"),
        changed.err());
  }

  private Path trained(String options) throws IOException {
    Path run = temporary.resolve("run-" + options.hashCode());
    List<Object> words = new ArrayList<>(List.of("train", "--device", "reference", "--run", run));
    words.addAll(Arrays.asList(options.split(" ")));
    if (!options.contains("--data")) {
      words.addAll(List.of("--data", TinyData.idx(temporary.resolve("tiny.idx"))));
    }
    words.addAll(List.of("--steps", 2, "--batch", 2, "--samples", 0));
    if (!options.contains("--process") && !options.contains("--timesteps")) {
      words.addAll(List.of("--timesteps", 20));
    }
    if (!options.contains("--sampler")) {
      words.addAll(List.of("--sample-steps", 3));
    }
    Shell.run(words.toArray()).succeeds();
    return run;
  }

  private Object[] from(Path place, Object... more) {
    List<Object> words = new ArrayList<>(List.of("sample", "--from", place));
    words.addAll(List.of("--count", 2, "--device", "reference"));
    words.addAll(List.of("--out", temporary.resolve("samples.safetensors")));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private float[] sampled(Object... place) throws IOException {
    List<Object> words = new ArrayList<>(List.of("sample"));
    words.addAll(Arrays.asList(place));
    Path out = temporary.resolve("samples.safetensors");
    Files.deleteIfExists(out);
    words.addAll(List.of("--count", 2, "--device", "reference", "--out", out));
    Shell.run(words.toArray()).succeeds();
    return SafeTensors.read(out).floats("samples");
  }

  private static void assertSameNumbers(Path expected, Path got) throws IOException {
    SafeTensors one = SafeTensors.read(expected), other = SafeTensors.read(got);
    assertEquals(one.names(), other.names());
    for (String name : one.names()) {
      assertArrayEquals(one.shape(name), other.shape(name), name);
      assertArrayEquals(one.doubles(name), other.doubles(name), name);
    }
  }
}
