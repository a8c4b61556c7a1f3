package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.vision.InceptionV3;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Features of Inception, of weights and pictures that formulas tell. */
final class InceptionRunner implements CaseRunner {

  private static final int CORNER_CHANNELS = 4, CORNER = 3;

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("metric")
        && asked.attrs().path("metric").asText().equals("inception_features");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    try (Tape.Pause pause = Tape.pause()) {
      InceptionV3 network = new InceptionV3(on, false);
      network.parameters().forEach(parameter -> fill(asked, parameter));
      InceptionV3.Looked seen =
          network.look(Variable.constant(Tensor.of(on, shape(asked), pixels(asked))));
      for (int k = 0; k < seen.stages().size(); k++) {
        Tensor stage = seen.stages().get(k).value();
        results.check("output.block" + k, means(stage));
        if (asked.has("output.block" + k + "_corner")) {
          results.check("output.block" + k + "_corner", corner(stage));
        }
      }
      results.check("output.block3", seen.features().value().toDoubles());
    }
  }

  /** Entry i, in PyTorch's order, is a hash of i and of the parameter's name, between two ends. */
  private static void fill(GoldenCase asked, NamedParameter parameter) {
    Shape shape = parameter.variable().shape();
    double[] ends = ends(parameter);
    CRC32 crc = new CRC32();
    crc.update(parameter.path().getBytes(StandardCharsets.UTF_8));
    int[] order = parameter.layout().order(shape);
    double[] values = new double[order.length];
    double[] stored = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      stored[i] = (float) (ends[0] + (ends[1] - ends[0]) * uniform(i, (int) crc.getValue()));
      values[order[i]] = stored[i];
    }
    String probe = "param.first8." + parameter.path();
    if (asked.has(probe)) {
      double[] first = asked.doubles(probe);
      for (int i = 0; i < first.length; i++) {
        assertEquals(first[i], stored[i], probe);
      }
    }
    parameter.variable().value().copyFrom(values);
  }

  private static double uniform(int i, int crc) {
    int h = i * 0x9E3779B1 + crc; // 2654435761
    h ^= h >>> 16;
    h *= 0x85EBCA77; // 2246822519
    h ^= h >>> 13;
    h *= 0xC2B2AE3D; // 3266489917
    h ^= h >>> 16;
    return (Integer.toUnsignedLong(h) + 0.5) / 4294967296.0;
  }

  private static double[] ends(NamedParameter parameter) {
    String path = parameter.path();
    String leaf = path.substring(path.lastIndexOf('.', path.lastIndexOf('.') - 1) + 1);
    Shape shape = parameter.variable().shape();
    return switch (leaf) {
      case "conv.weight" -> {
        double bound = Math.sqrt(6.0 / (shape.dim(1) * shape.dim(2) * shape.dim(3)));
        yield new double[] {-bound, bound};
      }
      case "bn.weight" -> new double[] {0.8, 1.2};
      case "bn.bias" -> new double[] {-0.2, 0.2};
      case "bn.running_mean" -> new double[] {-0.1, 0.1};
      case "bn.running_var" -> new double[] {0.6, 1.4};
      default -> throw new IllegalArgumentException("no formula for " + path);
    };
  }

  private static Shape shape(GoldenCase asked) {
    JsonNode shape = asked.attrs().path("shape"); // (N, C, H, W)
    return Shape.of(
        shape.get(0).asInt(),
        shape.get(2).asInt(),
        shape.get(3).asInt(),
        shape.get(1).asInt());
  }

  private static double[] pixels(GoldenCase asked) {
    Shape shape = shape(asked);
    int seed = asked.attrs().path("seed").asInt(), at = 0;
    double[] values = new double[shape.size()];
    for (int n = 0; n < shape.dim(0); n++) {
      for (int h = 0; h < shape.dim(1); h++) {
        for (int w = 0; w < shape.dim(2); w++) {
          for (int c = 0; c < shape.dim(3); c++) {
            int level = (7 * h + 3 * w + 50 * c + 31 * n + h * w / 16 + seed) % 256;
            values[at++] = (float) (level / 255.0);
          }
        }
      }
    }
    return values;
  }

  private static double[] means(Tensor stage) {
    int n = stage.shape().dim(0), channels = stage.shape().dim(3);
    int places = stage.shape().dim(1) * stage.shape().dim(2);
    double[] values = stage.toDoubles(), means = new double[n * channels];
    for (int i = 0; i < values.length; i++) {
      means[i / (places * channels) * channels + i % channels] += values[i] / places;
    }
    return means;
  }

  /** The upper left corner of the first channels of each picture, channels first. */
  private static double[] corner(Tensor stage) {
    int height = stage.shape().dim(1), width = stage.shape().dim(2);
    int channels = stage.shape().dim(3), each = CORNER_CHANNELS * CORNER * CORNER;
    double[] values = stage.toDoubles();
    double[] corner = new double[stage.shape().dim(0) * each];
    for (int i = 0; i < corner.length; i++) {
      int c = i % each / (CORNER * CORNER), y = i / CORNER % CORNER, x = i % CORNER;
      corner[i] = values[(i / each * height * width + y * width + x) * channels + c];
    }
    return corner;
  }
}
