package brume.tests.end2end;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.shape.Reshape.reshape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import brume.autograd.Variable;
import brume.diffusion.cli.Main;
import brume.diffusion.network.NetworkSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.network.Task;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplerSettings;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.Spacings;
import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own network and sampler, each added by one call, are used like ours. */
class OwnKindsTest {

  @TempDir
  private Path folder;

  /**
   * A network that looks at each pixel by itself: output = scale·tanh(weight·x + bias).
   *
   * @param gain factor of its weights at first
   */
  record PixelSettings(@About(value = "Factor of the weights at first.", min = 0) double gain)
      implements NetworkSettings {
    @Override
    public Network create(Task task, Device device, RandomKey key) {
      return new PixelNetwork(device, gain, task.channels(), task.outChannels());
    }

    @Override
    public void requireFitting(Task task) {
      SettingException.unless(
          task.height() > 1, "{network}: expected pictures, got something else");
    }

    @Override
    public String noun() {
      return "network of pixels";
    }
  }

  private static final class PixelNetwork implements Network {
    private final int outChannels;
    private final Variable weight, bias;

    PixelNetwork(Device device, double gain, int channels, int outChannels) {
      this.outChannels = outChannels;
      double[] weights = new double[outChannels * channels];
      Arrays.setAll(weights, i -> gain * (i % 2 == 0 ? 1 : -0.5));
      weight = Variable.parameter(Tensor.of(device, Shape.of(outChannels, channels), weights));
      bias = Variable.parameter(Tensor.of(device, Shape.of(outChannels), new double[outChannels]));
    }

    @Override
    public Variable predict(Query query) {
      Shape shape = query.xt().shape();
      int channels = shape.dim(-1);
      Variable pixels = reshape(query.xt(), Shape.of(shape.size() / channels, channels));
      Variable answer = tanh(linear(pixels, weight, bias));
      return reshape(answer, Shape.of(shape.dim(0), shape.dim(1), shape.dim(2), outChannels));
    }

    @Override
    public List<NamedParameter> parameters() {
      return List.of(
          new NamedParameter("weight", weight, StoredLayout.SAME),
          new NamedParameter("bias", bias, StoredLayout.SAME));
    }
  }

  /**
   * DDIM without noise, whose number of steps follows from that of the process.
   *
   * @param hurry every how many of the times
   */
  record PatientSettings(@About(value = "Every how many of the times.", min = 1) int hurry)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      int steps = process
              .discrete("{sampler}: expected ddim with a continuous {process}, got another")
              .q()
              .steps()
          / hurry;
      return new Samplers.Ddim(steps, 0, new Spacings.Uniform(), NoiseEstimate.FROM_X0)
          .create(process);
    }
  }

  @BeforeAll
  static void add() {
    Networks.CATALOG.add("test-pixel", new PixelSettings(0.5), "Each pixel by itself.", "");
    Samplers.CATALOG.add("test-patient", new PatientSettings(2), "DDIM in many steps.", "");
  }

  @Test
  void areTrainedResumedAndSampled() throws IOException {
    Path whole = folder.resolve("whole"), parts = folder.resolve("parts");
    run(train(whole, 6));
    run(train(parts, 3));
    run("train", "--resume", parts, "--steps", 6, "--device", "cpu");
    Path model = Path.of("checkpoints/step-000006/model.safetensors");
    SafeTensors expected = SafeTensors.read(whole.resolve(model));
    assertArrayEquals(
        expected.floats("weight"), SafeTensors.read(parts.resolve(model)).floats("weight"));
    assertNotEquals(0.25f, expected.floats("weight")[0]);

    Recipe recipe = Recipes.read(parts.resolve("config.json"));
    assertEquals(new PixelSettings(0.25), recipe.network());
    assertEquals(new PatientSettings(4), recipe.sampler());
    assertArrayEquals(sampled(parts), sampled(parts, "--hurry", 4));
    assertFalse(Arrays.equals(sampled(parts), sampled(parts, "--hurry", 5)));
  }

  private float[] sampled(Path run, Object... more) throws IOException {
    Path out = folder.resolve("samples.safetensors");
    Object[] words = {"sample", "--run", run, "--device", "cpu", "--count", 2, "--out", out};
    run(Stream.concat(Stream.of(words), Stream.of(more)).toArray());
    float[] values = SafeTensors.read(out).floats("samples");
    Files.delete(out);
    return values;
  }

  /** Settings of other kinds are refused, as for those of ours. */
  @Test
  void haveNoSettingsOfOthers() {
    assertEquals(
        2, Main.run("train", "--network", "test-pixel", "--dim", "8", "--run", folder + "/run"));
  }

  private static void run(Object... words) {
    assertEquals(0, Main.run(Stream.of(words).map(String::valueOf).toArray(String[]::new)));
  }

  /** The rate does not depend on the number of steps. */
  private static Object[] train(Path run, int steps) {
    return new Object[] {
      "train",
      "--device",
      "cpu",
      "--run",
      run,
      "--steps",
      steps,
      "--network",
      "test-pixel",
      "--gain",
      0.25,
      "--sampler",
      "test-patient",
      "--hurry",
      4,
      "--timesteps",
      20,
      "--rate",
      "constant",
      "--warmup",
      0,
      "--batch",
      2,
      "--samples",
      2
    };
  }
}
