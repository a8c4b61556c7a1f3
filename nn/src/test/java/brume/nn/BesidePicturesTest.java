package brume.nn;

import static brume.autograd.function.shape.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BesidePicturesTest {

  private static final Device DEVICE = Backends.reference();

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  /** Answers some of the channels that it sees, and of those of its former estimate. */
  private record Channels(int first, int end, boolean isSelfConditioned) implements Network {
    @Override
    public Variable predict(Query query) {
      assertTrue(query.condition().pictures().isEmpty(), "they are among the channels");
      Variable seen = isSelfConditioned ? query.withFormer() : query.xt();
      return slice(seen, -1, first, end);
    }

    @Override
    public List<NamedParameter> parameters() {
      return List.of();
    }
  }

  private static Variable counting(int first, int... sizes) {
    double[] values = new double[Shape.of(sizes).size()];
    Arrays.setAll(values, i -> first + i);
    return Variable.constant(Tensor.of(DEVICE, Shape.of(sizes), values));
  }

  private static Query query(Condition known) {
    return new Query(counting(0, 2, 3, 4, 2), new double[] {1, 2}, known, Pass.inference());
  }

  private static double[] answer(Channels network, Condition known) {
    return new Shown(new BesidePictures(network, 3), counting(1000, 2, 3, 4, 3))
        .predict(query(known))
        .value()
        .toDoubles();
  }

  @Test
  void whoLooksAtTheDataAloneSeesThemAlone() {
    Channels blind = new Channels(0, 2, false);
    assertArrayEquals(counting(0, 2, 3, 4, 2).value().toDoubles(), answer(blind, Condition.none()));
  }

  @Test
  void picturesLieBehindTheData() {
    assertArrayEquals(
        counting(1000, 2, 3, 4, 3).value().toDoubles(),
        answer(new Channels(2, 5, false), Condition.none()));
  }

  /** Of a self-conditioned network the former estimate comes first, and it is asked for it, too. */
  @Test
  void aFormerEstimateHasThemBesideIt() {
    Condition former = Condition.none().withFormer(counting(500, 2, 3, 4, 2));
    assertArrayEquals(
        counting(500, 2, 3, 4, 2).value().toDoubles(), answer(new Channels(0, 2, true), former));
    assertArrayEquals(
        counting(1000, 2, 3, 4, 3).value().toDoubles(), answer(new Channels(2, 5, true), former));
    assertArrayEquals(
        counting(0, 2, 3, 4, 2).value().toDoubles(), answer(new Channels(5, 7, true), former));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Network seeing = new BesidePictures(new Channels(0, 2, false), 3);
    assertEquals(
        "network: expected pictures beside the data, with which it was trained, got none",
        assertThrows(IllegalArgumentException.class, () -> seeing.predict(query(Condition.none())))
            .getMessage());
    for (int[] wrong : new int[][] {{2, 3, 4, 2}, {1, 3, 4, 3}, {2, 3, 2, 3}, {2, 12, 3}}) {
      Condition known = Condition.none().withPictures(counting(0, wrong));
      assertThrows(ShapeException.class, () -> seeing.predict(query(known)));
    }
    Condition shown = Condition.none().withPictures(counting(0, 2, 3, 4, 3));
    assertEquals(
        "plain: expected no pictures beside the data, got some; it was made without them",
        assertThrows(IllegalArgumentException.class, () -> shown.requireNone("plain"))
            .getMessage());
  }
}
