package brume.nn.unet.diffusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.ConfigException;
import brume.nn.Context;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Residual;
import brume.nn.unet.diffusers.UNet2DConditionConfig.TokenNorm;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reference numbers leave out: options that they do not have, and bad questions. */
class UNet2DConditionTest {

  private static final int LARGEST = 4; // numbers of a parameter whose gradient is checked
  private static final int TOKENS = 32; // numbers of a token, as groups of tokens are 32

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private record Choice(
      Kind kind,
      Kind middle,
      TokenNorm tokenNorm,
      boolean tokensOnly,
      Classes classes,
      Added added,
      Activation activation,
      boolean scales) {}

  private static Choice choice(int number) {
    return switch (number) {
      case 0 ->
        new Choice(
            Kind.CROSS,
            Kind.CROSS,
            TokenNorm.NONE,
            true,
            new Classes.Table(3),
            new Added.None(),
            Activation.SILU,
            false);
      case 1 ->
        new Choice(
            Kind.SIMPLE_CROSS,
            Kind.SIMPLE_CROSS,
            TokenNorm.GROUP,
            false,
            new Classes.Projected(5, 2),
            new Added.Text(2),
            Activation.GELU,
            true);
      case 2 ->
        new Choice(
            Kind.RESNET,
            Kind.PLAIN,
            TokenNorm.NONE,
            false,
            new Classes.Projected(5, 1),
            new Added.None(),
            Activation.GELU,
            false);
      case 3 ->
        new Choice(
            Kind.PLAIN,
            Kind.CROSS,
            TokenNorm.NONE,
            false,
            new Classes.Level(),
            new Added.None(),
            Activation.SILU,
            true);
      default ->
        new Choice(
            Kind.CROSS,
            Kind.SIMPLE_CROSS,
            TokenNorm.GROUP,
            true,
            new Classes.None(),
            new Added.TextAndNumbers(4, 5 + 8),
            Activation.SILU,
            true);
    };
  }

  private static UNet2DCondition network(Choice choice) {
    List<Level> levels = List.of(
        new Level(4, Kind.PLAIN, choice.kind(), 1, 2, 1, TOKENS),
        new Level(8, choice.kind(), Kind.PLAIN, 2, 4, 2, TOKENS));
    ResnetConfig resnet =
        new ResnetConfig(2, 1e-5, 6, choice.scales(), choice.activation(), true, 0, 1);
    UNet2DCondition network = new UNet2DCondition(
        NetworkChecks.ON,
        RandomKey.of(3),
        new UNet2DConditionConfig(
            2,
            3,
            levels.stream().map(level -> level.seeing(choice.tokensOnly())).toList(),
            new Middle(choice.middle(), 1.5, choice.tokensOnly()),
            choice.tokensOnly() ? 7 : 0,
            choice.tokenNorm(),
            choice.scales(),
            choice.classes(),
            choice.added(),
            new TimeEncoding.Sinusoidal(10000, true, 0),
            6,
            choice.scales() ? Optional.of(choice.activation()) : Optional.empty(),
            resnet,
            new Residual(false, 1.25),
            choice.scales() ? 0 : 1,
            true,
            1,
            3));
    NetworkChecks.stir(network);
    return network;
  }

  private static Condition told(UNet2DCondition network) {
    UNet2DConditionConfig config = network.config();
    int channels = config.textChannels() == 0 ? TOKENS : config.textChannels();
    Context said = Context.of(NetworkChecks.numbers(2, 3, channels))
        .withShown(true, true, false, false, true, true);
    boolean vector = config.classes() instanceof Classes.Projected
        || config.added() instanceof Added.TextAndNumbers;
    said = vector ? said.withVector(NetworkChecks.numbers(2, 5)) : said;
    if (config.classes() instanceof Classes.Level) {
      said = said.withNumbers(0, 250);
    } else if (config.added() instanceof Added.TextAndNumbers) {
      said = said.withNumbers(64, 32, 48, 16);
    }
    Condition told = Condition.none().withContext(said);
    return config.classes() instanceof Classes.Table ? told.withLabels(2, 0) : told;
  }

  private static Query query(UNet2DCondition network, int height, int width) {
    Variable x = NetworkChecks.numbers(2, height, width, 2);
    return new Query(x, new double[] {17.5, 400}, told(network), Pass.inference());
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "3", "4"})
  void gradientsFollowTheSlopeWithAllOptions(int number) {
    UNet2DCondition network = network(choice(number));
    Query query = query(network, 2, 4);
    Context said = query.condition().context().orElseThrow();
    List<Variable> inputs = new ArrayList<>(List.of(query.xt(), said.tokens()));
    said.vector().ifPresent(inputs::add);
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.variable().shape().size() <= LARGEST) {
        inputs.add(parameter.variable());
      }
    }
    new GradientCheck(1e-5, 1e-6, 1e-5)
        .check(() -> network.predict(query), inputs.toArray(Variable[]::new))
        .requirePassed();
  }

  @Test
  void everythingToldMattersToItsSampleAlone() {
    for (int number = 0; number < 5; number++) {
      UNet2DCondition network = network(choice(number));
      Query query = query(network, 2, 4);
      Context said = query.condition().context().orElseThrow();
      double[] before = network.predict(query).value().toDoubles();
      requireSecondAlone(before, network, query.withTimes(17.5, 3));
      double[] tokens = said.tokens().value().toDoubles();
      tokens[tokens.length - 1] += 1;
      Variable others =
          Variable.constant(Tensor.of(NetworkChecks.ON, said.tokens().shape(), tokens));
      if (number != 2) { // which attends nowhere
        requireSecondAlone(
            before,
            network,
            query.withCondition(query.condition().withContext(said.withTokens(others))));
      }
      if (said.numbers().isPresent()) {
        double[] numbers = said.numbers().get().clone();
        numbers[numbers.length - 1] += 100;
        requireSecondAlone(
            before,
            network,
            query.withCondition(query.condition().withContext(said.withNumbers(numbers))));
      }
      if (network.config().classes() instanceof Classes.Table) {
        requireSecondAlone(
            before, network, query.withCondition(query.condition().withLabels(2, 1)));
      }
    }
  }

  private static void requireSecondAlone(double[] before, UNet2DCondition network, Query query) {
    double[] after = network.predict(query).value().toDoubles();
    int half = before.length / 2;
    assertArrayEquals(Arrays.copyOf(before, half), Arrays.copyOf(after, half), 1e-12);
    assertFalse(Arrays.equals(
        Arrays.copyOfRange(before, half, before.length),
        Arrays.copyOfRange(after, half, after.length)));
  }

  @Test
  void hiddenTokensDoNotMatterWhereOthersAreSeen() {
    UNet2DCondition network = network(choice(0));
    Query query = query(network, 2, 4);
    Context said = query.condition().context().orElseThrow();
    double[] tokens = said.tokens().value().toDoubles();
    tokens[2 * 7] += 1; // of the third token of the first sample, which is hidden
    Variable others =
        Variable.constant(Tensor.of(NetworkChecks.ON, said.tokens().shape(), tokens));
    assertArrayEquals(
        network.predict(query).value().toDoubles(),
        network
            .predict(query.withCondition(query.condition().withContext(said.withTokens(others))))
            .value()
            .toDoubles(),
        1e-12);
  }

  @Test
  void picturesOfAnySizeWhereConvolutionsHalveThem() {
    UNet2DCondition network = network(choice(3));
    assertEquals(Shape.of(2, 3, 5, 3), network.predict(query(network, 3, 5)).shape());
    UNet2DCondition residual = network(choice(1));
    assertEquals(
        "unet: expected height and width divisible by 2 to be halved at every level, got x (2, 3, 4, 2)",
        assertThrows(ShapeException.class, () -> residual.predict(query(residual, 3, 4)))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | unet: expected tokens to attend to for 2 samples, got none",
        "tokens | unet: expected tokens of 7 numbers, got (2, 3, 5)",
        "samples | unet: expected tokens to attend to for 2 samples, got (1, 3, 7)",
        "labels | labels: expected one for each of 2 samples, got 0",
        "label | labels: expected 0 to 2, got 3",
      })
  void refusesWhatIsNotToldOrNotAsked(String what, String complaint) {
    UNet2DCondition network = network(choice(0));
    Condition told = told(network);
    Condition other =
        switch (what) {
          case "none" -> Condition.none();
          case "tokens" -> told.withContext(Context.of(NetworkChecks.numbers(2, 3, 5)));
          case "samples" -> told.withContext(Context.of(NetworkChecks.numbers(1, 3, 7)));
          case "labels" -> Condition.none().withContext(Context.of(NetworkChecks.numbers(2, 3, 7)));
          default -> told.withLabels(0, 3);
        };
    assertEquals(
        complaint,
        assertThrows(
                ShapeException.class,
                () -> network.predict(query(network, 2, 4).withCondition(other)))
            .getMessage());
  }

  @Test
  void refusesVectorsAndNumbersOfOtherSizes() {
    UNet2DCondition network = network(choice(4));
    Query query = query(network, 2, 4);
    Context said = query.condition().context().orElseThrow();
    Condition fewer = Condition.none().withContext(said.withNumbers(1, 2));
    assertEquals(
        "unet: expected a vector and numbers for each sample that make 13 channels with 4 for each"
            + " number, got a vector of 5 and 1 numbers",
        assertThrows(ShapeException.class, () -> network.predict(query.withCondition(fewer)))
            .getMessage());
    UNet2DCondition projected = network(choice(1));
    Condition none = Condition.none().withContext(Context.of(NetworkChecks.numbers(2, 3, TOKENS)));
    assertEquals(
        "unet: expected a vector of 5 numbers for each sample beside the tokens, got none",
        assertThrows(
                ShapeException.class,
                () -> projected.predict(query(projected, 2, 4).withCondition(none)))
            .getMessage());
  }

  @Test
  void networksWithoutTextRefuseIt() {
    Context said = Context.of(NetworkChecks.numbers(2, 3, 5));
    assertEquals(
        "mlp: expected no tokens to attend to, got some; it was made without text",
        assertThrows(
                IllegalArgumentException.class,
                () -> Condition.none().withContext(said).requireNone("mlp"))
            .getMessage());
  }

  @Test
  void contextsOfUnequalPartsAreRefused() {
    Variable tokens = NetworkChecks.numbers(2, 3, 5);
    assertEquals(
        "context: expected for each of the 6 tokens whether it is shown, got 2",
        assertThrows(ShapeException.class, () -> Context.of(tokens).withShown(true, false))
            .getMessage());
    assertEquals(
        "context: expected a vector for each of 2 samples, got (3, 5)",
        assertThrows(ShapeException.class, () -> Context.of(tokens)
                .withVector(NetworkChecks.numbers(3, 5)))
            .getMessage());
    assertEquals(
        "context: expected as many numbers for each of 2 samples, got 3",
        assertThrows(ShapeException.class, () -> Context.of(tokens).withNumbers(1, 2, 3))
            .getMessage());
  }

  @Test
  void refusesSettingsThatDoNotFit() {
    assertEquals(
        "unet: expected heads that divide the 4 channels of a level, got 3",
        assertThrows(ConfigException.class, () -> level(3)).getMessage());
  }

  private static void level(int heads) {
    UNet2DConditionConfig config = network(choice(0)).config();
    new UNet2DConditionConfig(
        2,
        3,
        List.of(new Level(4, Kind.CROSS, Kind.CROSS, 1, heads, 1, 5)),
        config.middle(),
        0,
        config.tokenNorm(),
        false,
        config.classes(),
        config.added(),
        config.timeEncoding(),
        6,
        Optional.empty(),
        config.resnet(),
        config.residual(),
        1,
        false,
        3,
        3);
  }
}
