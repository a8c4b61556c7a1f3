package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Text;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounding agrees with exact arithmetic, in all directions. */
class RoundingTest {

  private static final int CASES = 1_000;

  @ParameterizedTest
  @EnumSource
  void productsAndSumsAreRoundedOnce(Rounding rounding) {
    Random random = new Random(7);
    for (int i = 0; i < CASES; i++) {
      float a = number(random);
      float b = number(random);
      float c = random.nextInt(4) == 0 ? finite(-a * b) : number(random);
      BigDecimal exact = exact(a).multiply(exact(b)).add(exact(c));
      if (exact.signum() != 0) {
        assertEquals(
            rounded(exact, rounding), rounding.fma(a, b, c), Text.of("%a * %a + %a", a, b, c));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void quotientsAndRootsAreRoundedOnce(Rounding rounding) {
    Random random = new Random(7);
    for (int i = 0; i < CASES; i++) {
      float a = number(random);
      float b = number(random);
      float quotient = rounding.divide(a, b);
      if (Math.abs(quotient) < Float.MAX_VALUE) {
        assertBetween(quotient, rounding, q -> q.multiply(exact(b)).compareTo(exact(a)) * sign(b));
      }
      float root = rounding.squareRoot(Math.abs(a));
      assertBetween(root, rounding, r -> r.multiply(r).compareTo(exact(Math.abs(a))));
    }
  }

  /** Tells on which side of the exact result a number lies. */
  private interface Side {
    int of(BigDecimal number);
  }

  private static void assertBetween(float result, Rounding rounding, Side side) {
    BigDecimal below = exact(Math.nextDown(result));
    BigDecimal above = exact(Math.nextUp(result));
    BigDecimal at = exact(result);
    BigDecimal two = BigDecimal.valueOf(2);
    boolean right =
        switch (rounding) {
          case NEAREST ->
            side.of(at.add(below).divide(two)) <= 0 && side.of(at.add(above).divide(two)) >= 0;
          case DOWN -> side.of(at) <= 0 && side.of(above) > 0;
          case UP -> side.of(at) >= 0 && side.of(below) < 0;
          case ZERO ->
            Float.floatToRawIntBits(result) >= 0 // not -0
                ? side.of(at) <= 0 && side.of(above) > 0
                : side.of(at) >= 0 && side.of(below) < 0;
        };
    assertEquals(true, right, Text.of("%s %a", rounding, result));
  }

  private static float rounded(BigDecimal exact, Rounding rounding) {
    float near = exact.floatValue();
    if (rounding == Rounding.NEAREST || Float.isInfinite(near)) {
      boolean stays =
          rounding == Rounding.NEAREST || rounding == (near > 0 ? Rounding.UP : Rounding.DOWN);
      return stays || Float.isFinite(near) ? near : Math.copySign(Float.MAX_VALUE, near);
    }
    int missing = exact.compareTo(exact(near));
    boolean down = rounding == Rounding.DOWN || rounding == Rounding.ZERO && exact.signum() > 0;
    if (down) {
      return missing < 0 ? Math.nextDown(near) : near;
    }
    return missing > 0 ? Math.nextUp(near) : near;
  }

  private static int sign(float x) {
    return x < 0 ? -1 : 1;
  }

  private static BigDecimal exact(float x) {
    return new BigDecimal(x);
  }

  /** A number of any size, with few or many bits. */
  private static float number(Random random) {
    int bits = random.nextInt(3) == 0 ? random.nextInt() & 0xffff0000 : random.nextInt();
    float x = Float.intBitsToFloat(bits);
    return finite(random.nextBoolean() ? x : (float) random.nextGaussian());
  }

  private static float finite(float x) {
    return Float.isFinite(x) && x != 0 ? x : 1;
  }
}
