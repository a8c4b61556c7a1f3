package brume.diffusion.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangedPictureTest {

  private static final double WRITTEN = 2e-6; // digits of the table
  private static final double COMPUTED = 2e-5; // by other sums in single precision
  private static final Raster SQUARE = new Raster(4, 4, 2);

  /** Numbers that EDM's own code made of the same pictures and the same draws. */
  @Test
  void picturesAndWhatIsToldOfThemAreThoseOfEdm() throws IOException {
    int pictures = 0;
    Set<Change> seen = EnumSet.noneOf(Change.class);
    for (JsonNode of : table().path("cases")) {
      Raster raster = new Raster(
          of.path("height").asInt(),
          of.path("width").asInt(),
          of.path("channels").asInt());
      Set<Change> changes = EnumSet.noneOf(Change.class);
      of.path("changes").forEach(name -> changes.add(change(name.asText())));
      for (JsonNode picture : of.path("pictures")) {
        Map<Change, double[]> drawn = new EnumMap<>(Change.class);
        picture
            .path("drawn")
            .properties()
            .forEach(each -> drawn.put(change(each.getKey()), doubles(each.getValue())));
        float[] values = floats(doubles(picture.path("before")));
        ChangedPicture.change(values, 0, raster, drawn);
        String what = changes + " " + drawn.keySet() + " of picture " + pictures;
        assertArrayEquals(floats(doubles(picture.path("after"))), values, (float) COMPUTED, what);
        double[] told = ChangedPicture.told(raster, changes, drawn);
        assertArrayEquals(doubles(picture.path("told")), told, WRITTEN, what);
        seen.addAll(drawn.keySet());
        pictures++;
      }
    }
    assertEquals(EnumSet.allOf(Change.class), seen);
    assertEquals(21, pictures);
  }

  private static JsonNode table() throws IOException {
    try (InputStream in = ChangedPictureTest.class.getResourceAsStream("edm.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static Change change(String name) {
    return Change.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static double[] doubles(JsonNode numbers) {
    return IntStream.range(0, numbers.size())
        .mapToDouble(i -> numbers.get(i).asDouble())
        .toArray();
  }

  private static float[] floats(double... numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  private static float[] numbered(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i / (float) size;
    }
    return values;
  }

  private static float[] changed(float[] values, Raster raster, Change change, double... drawn) {
    float[] copy = values.clone();
    ChangedPicture.change(copy, 0, raster, new EnumMap<>(Map.of(change, drawn)));
    return copy;
  }

  @Test
  void whereNothingIsDrawnNothingChanges() {
    float[] values = numbered(SQUARE.size());
    ChangedPicture.change(values, 0, SQUARE, Map.of());
    assertArrayEquals(numbered(SQUARE.size()), values);
    double[] told = ChangedPicture.told(SQUARE, EnumSet.allOf(Change.class), Map.of());
    assertArrayEquals(new double[19], told);
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void numbersThatChangeNothingAreToldAsZeros(Change change) {
    Raster raster = new Raster(4, 4, 3);
    float[] values = numbered(raster.size());
    assertArrayEquals(values, changed(values, raster, change, 0, 0), 1e-6f);
    assertArrayEquals(new double[change.told()], change.tell(new double[2], raster));
  }

  @Test
  void flipsAndTurnsOnlyMovePixels() {
    Raster two = new Raster(2, 2, 1);
    float[] values = {1, 2, 3, 4};
    assertArrayEquals(new float[] {2, 1, 4, 3}, changed(values, two, Change.MIRROR, 1));
    assertArrayEquals(new float[] {3, 4, 1, 2}, changed(values, two, Change.FLIP, 1));
    assertArrayEquals(new float[] {2, 4, 1, 3}, changed(values, two, Change.TURN, 1));
    assertArrayEquals(new float[] {4, 3, 2, 1}, changed(values, two, Change.TURN, 2));
    assertArrayEquals(new float[] {3, 1, 4, 2}, changed(values, two, Change.TURN, 3));
  }

  @Test
  void fourQuartersAreAWholeTurn() {
    float[] values = numbered(SQUARE.size()), turned = values;
    for (int i = 0; i < 4; i++) {
      turned = changed(turned, SQUARE, Change.TURN, 1);
    }
    assertArrayEquals(values, turned);
  }

  @Test
  void aQuarterOfTheCircleIsNearlyAQuarterTurn() {
    Raster raster = new Raster(8, 8, 1);
    float[] smooth = new float[64];
    for (int i = 0; i < 64; i++) {
      smooth[i] = (float) (0.5 + 0.2 * Math.sin(i % 8 / 3.0) + 0.1 * (i / 8) / 8);
    }
    float[] mapped = changed(smooth, raster, Change.ROTATE, -Math.PI / 2);
    float[] other = changed(smooth, raster, Change.ROTATE, Math.PI / 2);
    float[] turned = changed(smooth, raster, Change.TURN, 1);
    double near = distance(mapped, turned), far = distance(other, turned);
    assertEquals(0, Math.min(near, far), 0.03);
    assertEquals(true, Math.max(near, far) > 0.1);
  }

  private static double distance(float[] a, float... b) {
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs(a[i] - b[i]))
        .max()
        .orElse(0);
  }

  @Test
  void onlyThePictureAtTheOffsetChanges() {
    Raster one = new Raster(2, 2, 1);
    float[] three = numbered(12), before = three.clone();
    ChangedPicture.change(
        three,
        4,
        one,
        new EnumMap<>(Map.of(Change.ROTATE, new double[] {1}, Change.CONTRAST, new double[] {1})));
    assertArrayEquals(Arrays.copyOf(before, 4), Arrays.copyOf(three, 4));
    assertArrayEquals(Arrays.copyOfRange(before, 8, 12), Arrays.copyOfRange(three, 8, 12));
    assertEquals(
        true, distance(Arrays.copyOfRange(before, 4, 8), Arrays.copyOfRange(three, 4, 8)) > 0.01);
  }
}
