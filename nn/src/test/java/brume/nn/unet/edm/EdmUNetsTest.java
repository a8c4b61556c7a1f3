package brume.nn.unet.edm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.autograd.function.reduce.Sum;
import brume.nn.Condition;
import brume.nn.ConfigException;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.edm.SongUNetConfig.Decoder;
import brume.nn.unet.edm.SongUNetConfig.Encoder;
import brume.nn.unet.edm.SongUNetConfig.Waves;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EdmUNetsTest {

  private static EdmConfig common(int classes, double dropout) {
    return new EdmConfig(2, 3, 4, 4, classes, 4, List.of(1, 2), 2, 1, List.of(2), dropout);
  }

  private static SongUNetConfig ncsnpp(int classes, double dropout) {
    return new SongUNetConfig(
        common(classes, dropout),
        Waves.FOURIER,
        2,
        0.05,
        Filter.BINOMIAL,
        Encoder.RESIDUAL,
        Decoder.STANDARD);
  }

  private static Network song(SongUNetConfig config) {
    return new SongUNet(NetworkChecks.ON, RandomKey.of(1), config);
  }

  private static Network adm(int classes, double dropout) {
    return new AdmUNet(
        NetworkChecks.ON, RandomKey.of(1), new AdmUNetConfig(common(classes, dropout), 4));
  }

  static Stream<SongUNetConfig> mixtures() {
    return Stream.of(
        mixture(Filter.BOX, Encoder.STANDARD, Decoder.STANDARD),
        mixture(Filter.BINOMIAL, Encoder.SKIP, Decoder.STANDARD),
        mixture(Filter.BINOMIAL, Encoder.RESIDUAL, Decoder.SKIP));
  }

  private static SongUNetConfig mixture(Filter filter, Encoder encoder, Decoder decoder) {
    return new SongUNetConfig(common(3, 0), Waves.POSITIONAL, 1, 1, filter, encoder, decoder);
  }

  @ParameterizedTest
  @MethodSource("mixtures")
  void gradientsOfMixturesAgreeWithDifferences(SongUNetConfig config) {
    try (Scope scope = Scope.open()) {
      requireGradients(song(config));
    }
  }

  @Test
  void gradientsOfAdmAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      requireGradients(adm(3, 0));
    }
  }

  private static void requireGradients(Network network) {
    NetworkChecks.stir(network);
    Variable x = NetworkChecks.numbers(2, 4, 4, 2);
    Condition told = Condition.none().withLabels(2, Condition.NO_CLASS);
    Query query = new Query(x, new double[] {0.5, -0.7}, told, Pass.inference());
    assertEquals(x.shape().with(-1, 3), network.predict(query).shape());
    NetworkChecks.requireGradients(network, query);
  }

  @Test
  void recomputedBlocksHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      for (Network network : List.of(song(ncsnpp(0, 0.3)), adm(0, 0.3))) {
        NetworkChecks.stir(network);
        NetworkChecks.requireSameWhenRecomputed(
            network,
            Query.of(
                NetworkChecks.numbers(2, 4, 4, 2),
                new double[] {0.5, -0.7},
                Pass.training(RandomKey.of(3))));
      }
    }
  }

  @Test
  void timesAndClassesMatter() {
    try (Scope scope = Scope.open()) {
      for (Network network : List.of(song(ncsnpp(3, 0)), adm(3, 0))) {
        NetworkChecks.stir(network);
        NetworkChecks.requireTimesAndClassesMatter(network, NetworkChecks.numbers(2, 4, 4, 2));
      }
    }
  }

  @Test
  void learnedTimesGetTheSlopeOfBothKindsOfWaves() {
    try (Scope scope = Scope.open()) {
      for (Waves waves : Waves.values()) {
        Network network = song(new SongUNetConfig(
            common(0, 0), waves, 1, 0.05, Filter.BOX, Encoder.STANDARD, Decoder.STANDARD));
        NetworkChecks.stir(network);
        Variable x = NetworkChecks.numbers(1, 4, 4, 2);
        Variable times = NetworkChecks.numbers(1);
        double at = times.value().toDoubles()[0], step = 1e-5;
        double slope = (sum(network, x, at + step) - sum(network, x, at - step)) / (2 * step);
        Variable y = network.predict(Query.ofLearned(x, times, Pass.inference()));
        double[] gradient = Sum.sum(y).backward().of(times).orElseThrow().toDoubles();
        assertTrue(Math.abs(slope) > 1e-4, waves + ": expected a slope, got " + slope);
        assertEquals(slope, gradient[0], 1e-6 * (1 + Math.abs(slope)), waves.toString());
      }
    }
  }

  private static double sum(Network network, Variable x, double time) {
    double[] y = network
        .predict(Query.of(x, new double[] {time}, Pass.inference()))
        .value()
        .toDoubles();
    return Arrays.stream(y).sum();
  }

  @Test
  void filtersKeepWhatIsConstantInsideAndHaveTheSizesTheySay() {
    try (Scope scope = Scope.open()) {
      double[] row = new double[8];
      for (Filter filter : Filter.values()) {
        Variable x = NetworkChecks.numbers(1, 8, 8, 2);
        double[] ones = new double[x.shape().size()];
        Arrays.fill(ones, 1);
        x.value().copyFrom(ones);
        Variable half = filter.halved(x), twice = filter.doubled(x);
        assertEquals(Shape.of(1, 4, 4, 2), half.shape());
        assertEquals(Shape.of(1, 16, 16, 2), twice.shape());
        double[] inside = half.value().toDoubles();
        assertEquals(1, inside[(1 * 4 + 1) * 2], 1e-12, filter.toString());
        assertEquals(1, twice.value().toDoubles()[(7 * 16 + 7) * 2], 1e-12, filter.toString());
        row[filter.ordinal()] = inside[0];
      }
      assertEquals(1, row[Filter.BOX.ordinal()], 1e-12);
      assertEquals(0.875 * 0.875, row[Filter.BINOMIAL.ordinal()], 1e-12); // zeros beyond the edges
    }
  }

  @Test
  void beginsAtNearlyNothing() {
    try (Scope scope = Scope.open()) {
      Query query =
          Query.of(NetworkChecks.numbers(1, 4, 4, 2), new double[] {0.5}, Pass.inference());
      assertTrue(largest(song(ncsnpp(0, 0)).predict(query)) < 1e-3);
      assertEquals(0, largest(adm(0, 0).predict(query)));
    }
  }

  private static double largest(Variable y) {
    return Arrays.stream(y.value().toDoubles()).map(Math::abs).max().orElseThrow();
  }

  @Test
  void namesAreThoseOfEdm() {
    try (Scope scope = Scope.open()) {
      List<String> names =
          song(ncsnpp(3, 0)).parameters().stream().map(NamedParameter::path).toList();
      assertTrue(names.containsAll(List.of(
          "map_noise.freqs",
          "map_label.bias",
          "map_layer1.weight",
          "enc.4x4_conv.weight",
          "enc.4x4_block0.norm0.bias",
          "enc.2x2_down.skip.weight",
          "enc.2x2_aux_residual.weight",
          "dec.2x2_in0.qkv.weight",
          "dec.2x2_block1.proj.bias",
          "dec.4x4_up.affine.weight",
          "dec.4x4_aux_norm.weight",
          "dec.4x4_aux_conv.bias")));
      // Song's levels attend in their last block on the way up only.
      assertTrue(!names.contains("dec.2x2_block0.qkv.weight"));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertEquals(
        "unet: expected channels that 32 groups divide, got 132 at level 0; choose another dim, such as a"
            + " multiple of 32",
        assertThrows(
                ConfigException.class,
                () -> new AdmUNetConfig(
                    new EdmConfig(1, 1, 8, 8, 0, 132, List.of(1), 4, 1, List.of(), 0), 66))
            .getMessage());
    assertEquals(
        "adm: expected heads that divide the 8 channels of level 1, got headDim = 3",
        assertThrows(ConfigException.class, () -> new AdmUNetConfig(common(0, 0), 3))
            .getMessage());
    assertEquals(
        "unet: expected height and width divisible by 4 to be halved at every level, got 6×4",
        assertThrows(
                ConfigException.class,
                () -> new EdmConfig(1, 1, 6, 4, 0, 4, List.of(1, 1, 1), 4, 1, List.of(), 0))
            .getMessage());
  }
}
