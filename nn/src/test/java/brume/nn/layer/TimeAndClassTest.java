package brume.nn.layer;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import brume.nn.mlp.Mlp;
import brume.nn.mlp.MlpConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.blog.ConditionalUNet;
import brume.nn.unet.blog.ConditionalUNetConfig;
import brume.nn.unet.ddpm.DdpmUNet;
import brume.nn.unet.ddpm.DdpmUNetConfig;
import brume.nn.unet.diffusers.UNet2D;
import brume.nn.unet.diffusers.UNet2DConfig;
import brume.nn.unet.diffusers.UNet2DConfig.Level;
import brume.nn.unet.diffusers.UNet2DConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In every network that is told the time: what it makes of classes, and what it learns of them. */
class TimeAndClassTest {

  private static final int CLASSES = 3;
  private static final Backend REFERENCE = Backends.reference();
  private static final RandomKey KEY = RandomKey.of(5);

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private enum Kind {
    LUCID {
      @Override
      Network create(int classes) {
        UNetConfig config =
            UNetConfig.image(BlockVersion.GROUP_NORM, 2, 8, List.of(1, 2)).build();
        return new UNet(REFERENCE, KEY, config, classes);
      }
    },
    GUIDED {
      @Override
      Network create(int classes) {
        UNetConfig config =
            UNetConfig.image(BlockVersion.GUIDED, 2, 8, List.of(1, 2)).build();
        return new UNet(REFERENCE, KEY, config, classes);
      }
    },
    DDPM {
      @Override
      Network create(int classes) {
        DdpmUNetConfig config =
            new DdpmUNetConfig(2, 2, 8, 16, List.of(1, 1), 1, List.of(false, true), 4, 0, true);
        return new DdpmUNet(REFERENCE, KEY, config, classes);
      }
    },
    BLOG {
      @Override
      Network create(int classes) {
        ConditionalUNetConfig config = new ConditionalUNetConfig(2, 2, 4, 6, 1, 2, true);
        return new ConditionalUNet(REFERENCE, KEY, config, classes);
      }
    },
    DIFFUSERS {
      @Override
      Network create(int classes) {
        Side side = new Side(false, Resampling.CONVOLUTION);
        UNet2DConfig config = new UNet2DConfig(
            2,
            2,
            List.of(new Level(4, side, side)),
            new Middle(true, 2, 1),
            1,
            0,
            new TimeEncoding.Sinusoidal(10000),
            8,
            true,
            2,
            1e-5,
            1,
            false,
            0);
        return new UNet2D(REFERENCE, KEY, config, classes);
      }
    },
    MLP {
      @Override
      Network create(int classes) {
        return new Mlp(REFERENCE, KEY, new MlpConfig(32, 32, 0, 8, List.of(8), 1, 0), classes);
      }
    },
    KARRAS {
      @Override
      Network create(int classes) {
        return karras(Space.IMAGE, classes, false);
      }
    },
    KARRAS_SELF_CONDITIONED {
      @Override
      Network create(int classes) {
        return karras(Space.IMAGE, classes, true);
      }
    },
    KARRAS_1D {
      @Override
      Network create(int classes) {
        return karras(Space.SEQUENCE, classes, false);
      }

      @Override
      Shape seen() {
        return Shape.of(2, 1, 4, 2);
      }
    },
    KARRAS_3D {
      @Override
      Network create(int classes) {
        return karras(Space.VIDEO, classes, false);
      }

      @Override
      Shape seen() {
        return Shape.of(2, 2, 4, 4, 2);
      }
    };

    /** With gains of 1, as an untrained network answers 0. */
    private static Network karras(Space space, int classes, boolean selfCondition) {
      KarrasUNetConfig config = new KarrasUNetConfig(
          space,
          2,
          2,
          4,
          4,
          6,
          KarrasUNetConfig.withNone(classes),
          List.of(1, 1),
          List.of(Halving.ALL),
          List.of(2),
          false,
          2,
          4,
          0.01,
          new KarrasUNetConfig.Mix(0.5, 0.4, 0.3, 0.3),
          0,
          selfCondition);
      Network network = new KarrasUNet(REFERENCE, KEY, config);
      for (NamedParameter parameter : network.parameters()) {
        if (parameter.path().endsWith("gain")) {
          parameter.variable().value().copyFrom(new double[] {1});
        }
      }
      return network;
    }

    Shape seen() {
      return Shape.of(2, 4, 4, 2);
    }

    abstract Network create(int classes);
  }

  @ParameterizedTest
  @EnumSource
  void saysSomethingElseOfEveryClassAndOfNone(Kind kind) {
    Network network = kind.create(CLASSES);
    double[] none = answer(kind, network, Condition.none());
    assertArrayEquals(none, answer(kind, network, labels(Condition.NO_CLASS, Condition.NO_CLASS)));
    double[] before = none;
    for (int label = 0; label < CLASSES; label++) {
      double[] now = answer(kind, network, labels(label, label));
      assertNotEquals(before[0], now[0], "class " + label);
      before = now;
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsEachSampleItsOwnClass(Kind kind) {
    Network network = kind.create(CLASSES);
    double[] mixed = answer(kind, network, labels(2, Condition.NO_CLASS));
    double[] second = answer(kind, network, labels(2, 2)),
        none = answer(kind, network, Condition.none());
    int half = mixed.length / 2;
    assertArrayEquals(Arrays.copyOf(second, half), Arrays.copyOf(mixed, half));
    assertArrayEquals(
        Arrays.copyOfRange(none, half, 2 * half), Arrays.copyOfRange(mixed, half, 2 * half));
  }

  @ParameterizedTest
  @EnumSource
  void differentiatesEveryParameterOfTheClasses(Kind kind) {
    Network network = kind.create(CLASSES);
    for (NamedParameter parameter : network.parameters()) { // some networks begin almost at zero
      Tensor value = parameter.variable().value();
      double[] numbers = numbers(value.shape(), parameter.path().hashCode()).toDoubles();
      value.copyFrom(Arrays.stream(numbers).map(number -> 0.3 * number).toArray());
    }
    Condition told = labels(1, Condition.NO_CLASS);
    Gradients gradients = loss(kind, network, told).backward();
    List<NamedParameter> about = network.parameters().stream()
        .filter(parameter -> parameter.path().contains("class"))
        .toList();
    assertTrue(!about.isEmpty(), "expected parameters of classes");
    double largest = 0;
    for (NamedParameter parameter : about) {
      Tensor value = parameter.variable().value();
      double[] gradient = gradients.of(parameter.variable()).orElseThrow().toDoubles();
      double[] saved = value.toDoubles();
      for (int i = 0; i < saved.length; i += 1 + saved.length / 12) {
        double expected = (moved(kind, network, told, value, saved, i, 1e-5)
                - moved(kind, network, told, value, saved, i, -1e-5))
            / 2e-5;
        largest = Math.max(largest, Math.abs(expected));
        assertEquals(expected, gradient[i], 1e-5 * (1 + Math.abs(expected)), parameter.path());
      }
    }
    assertTrue(largest > 0.01, "expected gradients to compare, got none above " + largest);
  }

  @ParameterizedTest
  @EnumSource
  void refusesClassesItDoesNotKnow(Kind kind) {
    assertThrows(
        IllegalArgumentException.class,
        () -> answer(kind, kind.create(0), labels(0, Condition.NO_CLASS)));
    Network network = kind.create(CLASSES);
    assertThrows(IllegalArgumentException.class, () -> answer(kind, network, labels(0, CLASSES)));
    assertThrows(IllegalArgumentException.class, () -> answer(kind, network, labels(0, -2)));
    assertThrows(IllegalArgumentException.class, () -> answer(kind, network, labels(0)));
  }

  @Test
  void hasTheParametersOfDiffusersAndOfTheOriginal() {
    assertEquals("(4, 16)", shapeOf(Kind.DDPM, "class_embedding.weight"));
    assertEquals("(4, 8)", shapeOf(Kind.DIFFUSERS, "class_embedding.weight"));
    assertEquals("(3, 8)", shapeOf(Kind.LUCID, "classes_emb.weight"));
    assertEquals("(8)", shapeOf(Kind.LUCID, "null_classes_emb"));
    assertEquals("(32, 32)", shapeOf(Kind.LUCID, "classes_mlp.2.weight"));
    assertEquals("(16, 4)", shapeOf(Kind.KARRAS_3D, "to_class_emb.weight"));
  }

  private static String shapeOf(Kind kind, String path) {
    return kind.create(CLASSES).parameters().stream()
        .filter(parameter -> parameter.path().equals(path))
        .findFirst()
        .orElseThrow()
        .variable()
        .shape()
        .toString();
  }

  private static double moved(
      Kind kind, Network network, Condition told, Tensor value, double[] saved, int i, double by) {
    double[] other = saved.clone();
    other[i] += by;
    value.copyFrom(other);
    double loss = loss(kind, network, told).value().item();
    value.copyFrom(saved);
    return loss;
  }

  /** A sum with weights of their own, so that no gradient cancels another. */
  private static Variable loss(Kind kind, Network network, Condition told) {
    Variable y = network.predict(query(kind, told));
    return sum(multiply(y, Variable.constant(numbers(y.shape(), 9))));
  }

  private static double[] answer(Kind kind, Network network, Condition told) {
    return network.predict(query(kind, told)).value().toDoubles();
  }

  private static Query query(Kind kind, Condition told) {
    Variable x = Variable.constant(numbers(kind.seen(), 7));
    return new Query(x, new double[] {3, 40}, told, Pass.inference());
  }

  private static Condition labels(int... labels) {
    return Condition.none().withLabels(labels);
  }

  private static Tensor numbers(Shape shape, long seed) {
    double[] values = new double[shape.size()];
    RandomKey.of(seed).fillNormal(0, values, 0, values.length);
    return Tensor.of(REFERENCE, shape, values);
  }
}
