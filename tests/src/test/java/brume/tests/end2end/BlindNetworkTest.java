package brume.tests.end2end;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.diffusion.cli.Main;
import brume.diffusion.network.NetworkSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.network.Task;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.About;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.random.RandomKey;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who does not look at the small pictures that it is shown learns and draws what is learned without. */
class BlindNetworkTest {

  private static final int STEPS = 6;

  @TempDir
  private Path folder;

  /**
   * A network that does not look at what is shown to it.
   *
   * @param gain its only parameter at first
   */
  record BlindSettings(@About(value = "Its parameter at first.", min = 0) double gain)
      implements NetworkSettings {
    @Override
    public Network create(Task task, Device device, RandomKey key) {
      Variable factor = Variable.parameter(Tensor.of(device, Shape.of(1), new double[] {gain}));
      return new Network() {
        @Override
        public Variable predict(Query query) {
          return multiply(slice(query.xt(), -1, 0, 1), factor);
        }

        @Override
        public List<NamedParameter> parameters() {
          return List.of(new NamedParameter("factor", factor, StoredLayout.SAME));
        }
      };
    }

    @Override
    public void requireFitting(Task task) {}

    @Override
    public String noun() {
      return "blind network";
    }
  }

  @BeforeAll
  static void addKind() {
    Networks.CATALOG.add("test-blind", new BlindSettings(0.5), "Looks at the data alone.", "");
  }

  @Test
  void aBlindNetworkHasTheNumbersOfAPlainRun() throws IOException {
    List<Double> plain = losses("none"), shown = losses("super-resolution");
    assertEquals(plain, shown);
    assertEquals(STEPS, plain.stream().distinct().count());
    Path small = folder.resolve("small.png");
    ImageIO.write(new BufferedImage(14, 14, BufferedImage.TYPE_BYTE_GRAY), "png", small.toFile());
    assertArrayEquals(
        drawn("sample", "none"), drawn("enlarge", "super-resolution", "--image", small));
  }

  private List<Double> losses(String condition) throws IOException {
    Path run = folder.resolve(condition);
    run(
        "train",
        "--data",
        "fashion-mnist",
        "--run",
        run,
        "--network",
        "test-blind",
        "--gain",
        0.25,
        "--patch",
        1,
        "--steps",
        STEPS,
        "--batch",
        2,
        "--lr",
        0.1,
        "--samples",
        0,
        "--condition",
        condition);
    return TrainingLog.read(new RunFolder(run).log()).stream()
        .map(TrainingLog.Line::loss)
        .toList();
  }

  private float[] drawn(String command, String condition, Object... more) throws IOException {
    Path out = folder.resolve(condition + ".safetensors");
    List<Object> words = new ArrayList<>(List.of(
        command, "--run", folder.resolve(condition), "--out", out, "--count", 3, "--steps", 5));
    words.addAll(Arrays.asList(more));
    run(words.toArray());
    return SafeTensors.read(out).floats("samples");
  }

  private static void run(Object... words) {
    List<String> all = new ArrayList<>(Arrays.stream(words).map(String::valueOf).toList());
    all.addAll(List.of("--device", "reference", "--quiet"));
    assertEquals(0, Main.run(all.toArray(String[]::new)), () -> String.join(" ", all));
  }
}
