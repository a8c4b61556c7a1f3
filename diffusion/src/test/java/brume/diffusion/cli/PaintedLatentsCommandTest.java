package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.guidance.Inpainting;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.sampler.Randomness;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code brume inpaint} with a run whose model sees pictures through an autoencoder. */
class PaintedLatentsCommandTest {

  private static final int SIDE = 16;

  @TempDir
  private Path folder;

  @Test
  void whatStaysIsWhatTheAutoencoderMakesOfThePicture() throws IOException {
    train("small", "--network autoencoder --objective autoencoder --widths 8,8 --groups 4");
    train(
        "run",
        "--latents autoencoder --latents-from " + folder.resolve("small")
            + " --network unet --dim 8 --mults 1,2 --samples 0");
    Path picture = write("picture.png", 0.2f, 0.9f), mask = write("mask.png", 0, 1);
    try (Scope scope = Scope.open()) {
      String run = folder.resolve("run").toString();
      Source source = Sources.run(run, Sources.drawing(run), null, "average", Backends.cpu());
      Inpainting painting = painting(source, picture, mask);
      Tensor given = GivenPicture.read("--image", picture, Shape.of(SIDE, SIDE, 3), Backends.cpu());
      Canvas canvas = Canvas.of(source, Randomness.of(1), Backends.cpu());
      assertEquals(Shape.of(8, 8, 4), canvas.sampled());
      assertArrayEquals(
          canvas.seen().apply(given).toFloats(), painting.known().toFloats(), "of the picture");
      float[] back = source.model().finish().apply(painting.known()).toFloats();
      float[] other =
          source.model().finish().apply(canvas.seen().apply(scaled(given))).toFloats();
      assertTrue(farthest(back, other) > 1e-2, "another picture has other latents");
      float[] kept = painting.mask().toFloats();
      for (int i = 0; i < kept.length; i++) {
        assertEquals(i / 4 % 8 < 4 ? 1 : 0, kept[i], "the left half of the latents stays");
      }
    }
    float[] one = painted("one", picture, mask, 1);
    assertArrayEquals(one, painted("again", picture, mask, 1));
    assertTrue(farthest(one, painted("other", picture, mask, 2)) > 1e-2, "painted anew");
    float[] ofOther = painted("third", write("more.png", 0.8f, 0.9f), mask, 1);
    assertTrue(farthest(one, ofOther) > 1e-2, "of the picture");
  }

  private static Inpainting painting(Source source, Path picture, Path mask) throws IOException {
    PaintedPicture options = CommandLine.populateCommand(
        new PaintedPicture(),
        "--image",
        picture.toString(),
        "--mask",
        mask.toString(),
        "--resample",
        "1");
    Canvas canvas = Canvas.of(source, Randomness.of(1), Backends.cpu());
    return (Inpainting) options.of(source.sampler(), canvas, Backends.cpu());
  }

  private static Tensor scaled(Tensor picture) {
    float[] values = picture.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 0.5f;
    }
    return Tensor.of(picture.device(), picture.shape(), values);
  }

  private static double farthest(float[] one, float[] other) {
    double farthest = 0;
    for (int i = 0; i < one.length; i++) {
      farthest = Math.max(farthest, Math.abs(one[i] - other[i]));
    }
    return farthest;
  }

  private void train(String run, String words) {
    List<Object> all = new ArrayList<>(List.of("train", "--data", "shapes", "--size", SIDE));
    all.addAll(Arrays.asList(words.split(" ")));
    all.addAll(List.of("--steps", 4, "--batch", 4, "--held-back", 8, "--device", "cpu"));
    if (!run.equals("small")) {
      all.subList(all.indexOf("--held-back"), all.indexOf("--held-back") + 2).clear();
    }
    all.addAll(List.of("--run", folder.resolve(run)));
    Shell.run(all.toArray()).succeeds();
  }

  /** One value in the left half, and another in the right one. */
  private Path write(String name, float left, float right) throws IOException {
    float[] values = new float[SIDE * SIDE * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 3 % SIDE < SIDE / 2 ? left : right;
    }
    Path file = folder.resolve(name);
    Png.write(file, Picture.of(SIDE, SIDE, 3, values, 0));
    return file;
  }

  private float[] painted(String name, Path picture, Path mask, int seed) throws IOException {
    Path out = folder.resolve(name + ".safetensors");
    Shell.run(
            "inpaint",
            "--run",
            folder.resolve("run"),
            "--image",
            picture,
            "--mask",
            mask,
            "--sampler",
            "ddim",
            "--steps",
            4,
            "--resample",
            1,
            "--count",
            1,
            "--seed",
            seed,
            "--device",
            "cpu",
            "--out",
            out)
        .succeeds();
    return SafeTensors.read(out).floats("samples");
  }
}
