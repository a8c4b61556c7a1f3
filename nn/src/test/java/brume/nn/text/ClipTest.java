package brume.nn.text;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.GradientCheck;
import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ClipTest {

  private static final int END = 8;
  private static final Pass PASS = Pass.inference();

  private static TransformerConfig layers(Activation activation) {
    return new TransformerConfig(4, 6, 2, 2, activation, 1e-5);
  }

  private static ClipText text(int end, int projection) {
    ClipTextConfig config =
        new ClipTextConfig(10, 5, layers(Activation.QUICK_GELU), end, projection);
    return new ClipText(NetworkChecks.ON, RandomKey.of(1), config);
  }

  private static ClipVision vision() {
    return new ClipVision(
        NetworkChecks.ON,
        RandomKey.of(1),
        new ClipVisionConfig(2, 4, 2, layers(Activation.GELU), 3));
  }

  private static Clip clip() {
    return new Clip(
        NetworkChecks.ON,
        RandomKey.of(1),
        new ClipTextConfig(10, 5, layers(Activation.GELU_TANH), END, 3),
        new ClipVisionConfig(2, 4, 2, layers(Activation.GELU), 3));
  }

  private static TokenRows rows() {
    return TokenRows.of(List.of(new int[] {7, 1, 2, END}, new int[] {7, END}), 5, END);
  }

  /** Compares the gradients of all parameters, and of others, with differences. */
  static void requireGradients(Layer layer, Supplier<Variable> result, Variable... others) {
    List<Variable> inputs = new ArrayList<>(List.of(others));
    layer.parameters().stream().map(NamedParameter::variable).forEach(inputs::add);
    new GradientCheck(1e-5, 1e-7, 1e-5)
        .check(result, inputs.toArray(Variable[]::new))
        .requirePassed();
  }

  @Test
  void gradientsOfTextsAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 3);
      requireGradients(tower, () -> {
        ClipStates states = tower.encodeMasked(rows(), PASS);
        return multiply(
            sum(states.projected()), sum(multiply(states.hidden(1), states.normalized(0))));
      });
    }
  }

  @Test
  void placesMayBeginAsWaves() {
    ClipTextConfig config = new ClipTextConfig(10, 5, layers(Activation.QUICK_GELU), END, 3, 2);
    try (Scope scope = Scope.open()) {
      double[] places = new ClipText(NetworkChecks.ON, RandomKey.of(1), config)
          .parameters().stream()
              .filter(each -> each.path().endsWith("position_embedding.weight"))
              .findFirst()
              .orElseThrow()
              .variable()
              .value()
              .toDoubles();
      for (int p = 0; p < 5; p++) {
        double slow =
            p / Math.sqrt(10); // of twice as many places as there are, to the power of one half
        double[] wave = {Math.sin(p), Math.sin(slow), Math.cos(p), Math.cos(slow)};
        for (int c = 0; c < 4; c++) {
          assertEquals(2 * wave[c], places[4 * p + c], 1e-6);
        }
      }
    }
  }

  @Test
  void gradientsOfPicturesAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      ClipVision tower = vision();
      Variable x = NetworkChecks.numbers(2, 4, 4, 2);
      requireGradients(tower, () -> tower.projected(tower.encode(x, PASS)), x);
    }
  }

  @Test
  void gradientsOfTheLossAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      Clip clip = clip();
      Variable x = NetworkChecks.numbers(2, 4, 4, 2);
      requireGradients(
          clip,
          () -> Clip.loss(clip.similarity(clip.ofTexts(rows(), PASS), clip.ofPictures(x, PASS))),
          x);
    }
  }

  @Test
  void laterTokensAreNotSeen() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 0);
      TokenRows one = TokenRows.of(List.of(new int[] {7, 1, 2, 3}), 4, END);
      TokenRows other = TokenRows.of(List.of(new int[] {7, 1, 2, 4}), 4, END);
      double[] first = tower.encode(one, PASS).normalized(0).value().toDoubles();
      double[] second = tower.encode(other, PASS).normalized(0).value().toDoubles();
      assertArrayEquals(Arrays.copyOf(first, 12), Arrays.copyOf(second, 12), 1e-12);
      assertFalse(Arrays.equals(first, second));
    }
  }

  @Test
  void rowsArePooledAtTheirFirstEnd() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 0);
      ClipStates states = tower.encode(rows(), PASS);
      double[] all = states.normalized(0).value().toDoubles(); // (2, 5, 4)
      double[] pooled = states.pooled().value().toDoubles();
      assertArrayEquals(Arrays.copyOfRange(all, 3 * 4, 4 * 4), Arrays.copyOf(pooled, 4));
      assertArrayEquals(Arrays.copyOfRange(all, 6 * 4, 7 * 4), Arrays.copyOfRange(pooled, 4, 8));
    }
  }

  @Test
  void oldTowersPoolAtTheLargestToken() {
    try (Scope scope = Scope.open()) {
      TokenRows rows = TokenRows.of(List.of(new int[] {7, 2, 9, END, 9}), 5, END);
      ClipStates states = text(ClipTextConfig.LARGEST, 0).encode(rows, PASS);
      double[] all = states.normalized(0).value().toDoubles();
      assertArrayEquals(
          Arrays.copyOfRange(all, 2 * 4, 3 * 4), states.pooled().value().toDoubles());
    }
  }

  @Test
  void wordsLearnedLaterStandInTheirPlaces() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 3);
      Variable table = tower.parameters().get(0).variable(); // (10, 4)
      double[] rows = Arrays.copyOfRange(table.value().toDoubles(), 4, 12); // of words 1 and 2
      ClipText more = tower
          .withWords(10, Tensor.of(NetworkChecks.ON, Shape.of(1, 4), Arrays.copyOf(rows, 4)))
          .withWords(
              11, Tensor.of(NetworkChecks.ON, Shape.of(1, 4), Arrays.copyOfRange(rows, 4, 8)));
      TokenRows known = TokenRows.of(List.of(new int[] {7, 1, 2, 1, END}), 5, END);
      TokenRows later = TokenRows.of(List.of(new int[] {7, 10, 11, 1, END}), 5, END);
      assertArrayEquals(
          tower.encode(known, PASS).projected().value().toDoubles(),
          more.encode(later, PASS).projected().value().toDoubles());
      assertEquals(tower.parameters(), more.parameters());
      assertThrows(ShapeException.class, () -> tower.encode(later, PASS));
      assertThrows(
          ShapeException.class,
          () -> tower.withWords(10, Tensor.of(NetworkChecks.ON, Shape.of(1, 3), new double[3])));
    }
  }

  @Test
  void wordsLearnedLaterHaveGradientsAndEndNoText() {
    try (Scope scope = Scope.open()) {
      Variable rows =
          Variable.parameter(NetworkChecks.numbers(2, 4).value()); // in the table, and behind it
      ClipText tower = text(ClipTextConfig.LARGEST, 3).withWords(9, rows);
      TokenRows texts = TokenRows.of(List.of(new int[] {7, 9, 10, 1, END}), 5, END);
      new GradientCheck(1e-5, 1e-7, 1e-5)
          .check(() -> sum(tower.encode(texts, PASS).projected()), rows)
          .requirePassed();
      ClipStates states = tower.encode(texts, PASS);
      double[] all = states.normalized(0).value().toDoubles();
      assertArrayEquals(
          Arrays.copyOfRange(all, 4 * 4, 5 * 4), states.pooled().value().toDoubles());
    }
  }

  @Test
  void recomputedLayersHaveTheSameGradients() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 3);
      for (NamedParameter parameter : tower.parameters()) {
        assertArrayEquals(
            gradient(tower, parameter.variable(), PASS),
            gradient(tower, parameter.variable(), PASS.recomputing()),
            1e-12,
            parameter.path());
      }
    }
  }

  private static double[] gradient(ClipText tower, Variable of, Pass pass) {
    Variable y = sum(tower.encode(rows(), pass).projected());
    return y.backward().of(of).map(Tensor::toDoubles).orElseGet(() -> new double[0]);
  }

  @Test
  void pairsThatFitBestHaveTheSmallestLoss() {
    try (Scope scope = Scope.open()) {
      double[] fitting = {9, 0, 0, 9}, crossed = {0, 9, 9, 0};
      assertEquals(Math.log1p(Math.exp(-9)), loss(fitting), 1e-12);
      assertEquals(9 + Math.log1p(Math.exp(-9)), loss(crossed), 1e-12);
    }
  }

  private static double loss(double... similarity) {
    Tensor logits = Tensor.of(NetworkChecks.ON, Shape.of(2, 2), similarity);
    return Clip.loss(Variable.constant(logits)).value().toDoubles()[0];
  }

  /** By hand: texts 0 and 2 are the same, so each chooses pictures 0 and 2 equally often. */
  @Test
  void equalTextsFitEachOthersPictures() {
    double[] s = {3, 1, 2, 0, 4, 0.5, 1, 0.2, 2.5};
    double[] rowLogs = new double[3], columnLogs = new double[3];
    for (int i = 0; i < 3; i++) {
      rowLogs[i] = Math.log(Math.exp(s[3 * i]) + Math.exp(s[3 * i + 1]) + Math.exp(s[3 * i + 2]));
      columnLogs[i] = Math.log(Math.exp(s[i]) + Math.exp(s[3 + i]) + Math.exp(s[6 + i]));
    }
    double ofTexts = (rowLogs[0] - (3 + 2) / 2.0) + (rowLogs[1] - 4) + (rowLogs[2] - (1 + 2.5) / 2);
    double ofPictures =
        (columnLogs[0] - (3 + 1) / 2.0) + (columnLogs[1] - 4) + (columnLogs[2] - (2 + 2.5) / 2);
    TokenRows texts =
        TokenRows.of(List.of(new int[] {7, END}, new int[] {END}, new int[] {7, END}), 5, END);
    try (Scope scope = Scope.open()) {
      Variable logits = Variable.constant(Tensor.of(NetworkChecks.ON, Shape.of(3, 3), s));
      assertEquals(
          (ofTexts + ofPictures) / 6,
          Clip.loss(logits, texts.firstAlike()).value().item(),
          1e-12);
    }
  }

  @Test
  void whatIsLearnedOfTheSharpnessHasALimit() {
    try (Scope scope = Scope.open()) {
      Clip clip = clip();
      Tensor sharpness = clip.parameters().stream()
          .filter(parameter -> parameter.path().equals("logit_scale"))
          .findFirst()
          .orElseThrow()
          .variable()
          .value();
      clip.limitSharpness();
      assertEquals(2.6592, sharpness.item(), 1e-6);
      sharpness.copyFrom(new double[] {5});
      clip.limitSharpness();
      assertEquals(Math.log(100), sharpness.item(), 1e-12);
    }
  }

  @Test
  void towersAreNoDenoiser() {
    try (Scope scope = Scope.open()) {
      Clip clip = clip();
      assertEquals(clip, Clip.of(clip));
      Query query = Query.of(NetworkChecks.numbers(1, 4, 4, 2), new double[] {1}, PASS);
      assertEquals(
          "clip: expected a network that tells noise from data, got one that compares pictures with texts",
          assertThrows(IllegalArgumentException.class, () -> clip.predict(query))
              .getMessage());
      assertEquals(
          "clip: expected a network that compares pictures with texts, got another",
          assertThrows(IllegalArgumentException.class, () -> Clip.of(asked -> asked.xt()))
              .getMessage());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open()) {
      ClipText tower = text(END, 0);
      assertEquals(
          "clip: expected rows of at most 5 tokens, got 6",
          assertThrows(
                  ShapeException.class,
                  () -> tower.encode(TokenRows.of(List.of(new int[6]), 6, END), PASS))
              .getMessage());
      assertEquals(
          "clip: expected a text tower with a projection, got one without",
          assertThrows(
                  IllegalStateException.class, () -> tower.encode(rows(), PASS).projected())
              .getMessage());
      assertEquals(
          "clip: expected pictures (N, 4, 4, 2), as their places are learned, got (1, 4, 6, 2)",
          assertThrows(ShapeException.class, () -> vision()
                  .encode(NetworkChecks.numbers(1, 4, 6, 2), PASS))
              .getMessage());
    }
    assertEquals(
        "transformer: expected channels that are a multiple of the heads, got 6 and 4",
        assertThrows(
                ConfigException.class,
                () -> new TransformerConfig(6, 6, 1, 4, Activation.GELU, 1e-5))
            .getMessage());
  }
}
