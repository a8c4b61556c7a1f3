package brume.tensor.cpu.loop;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of single-precision numbers, eight or so at a time, and one at a time for what is left
 * over. Both say the same in the same order, so a result does not depend on where its element lies.
 */
public final class VectorMath {

  // Made of additions, products and fused products only, which give the same bits in the
  // interpreter and in compiled code. The Vector API's own EXP does not: one result in 250 changed
  // its last bit when the method was compiled (JDK 17 and 25), and a run could not be repeated. It
  // is not faster either: 802816 sigmoids took 284 us with it and 243 with this (JDK 17, AVX2), on
  // JDK 25 556 and 210.
  //
  // The coefficients are minimax fits (Remez) to the formulas beside them.

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  // e^x = 2^n e^r with n the integer next to x/ln 2; adding ROUND leaves n in the last bits of the
  // sum.
  private static final float LOG2_E = 1.44269504f;
  private static final float ROUND = 0x1.8p23f;
  private static final float LN2_HIGH =
      0.693359375f; // ln 2 in two parts; n times this one is exact
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float EXP_MAX = 88.72283f; // e^x is infinite above
  private static final float EXP_MIN = -87.33654f; // e^x has no normal float below
  private static final int EXPONENT_AT = 23; // bit where the exponent of a float begins

  // e^r = 1 + r + r^2 (E2 + E3 r + ...), |r| < ln(2)/2, to 3e-9
  private static final float E2 = 0.49999994f;
  private static final float E3 = 0.16666520f;
  private static final float E4 = 0.041668393f;
  private static final float E5 = 0.0083687808f;
  private static final float E6 = 0.0013814468f;

  // tanh x = x + x^3 (T0 + T1 x^2 + ...), |x| < TANH_SMALL, to 4e-9
  private static final float TANH_SMALL = 0.625f;
  private static final float T0 = -0.33333281f;
  private static final float T1 = 0.13331442f;
  private static final float T2 = -0.053739715f;
  private static final float T3 = 0.020639082f;
  private static final float T4 = -0.0057049827f;

  // 1 - Phi(a) = e^(-a^2/2) t (P0 + P1 t + ...), t = 1/(1 + a/4), a >= 0, to 6e-8 relative
  private static final float P0 = 0.09979748f;
  private static final float P1 = 0.098516844f;
  private static final float P2 = 0.10374665f;
  private static final float P3 = 0.032928146f;
  private static final float P4 = 0.20175752f;
  private static final float P5 = -0.20578185f;
  private static final float P6 = 0.29612046f;
  private static final float P7 = -0.15280859f;
  private static final float P8 = 0.025723323f;

  // 2u = x (GELU_1 + GELU_3 x^2), u that of UnaryFunction.GELU_TANH; beyond the limit a sigmoid of
  // it is
  // exactly 0 or 1, and no square overflows.
  private static final float GELU_1 = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float GELU_3 = (float) (2 * 0.044715 * Math.sqrt(2 / Math.PI));
  private static final float GELU_LIMIT = 16;

  private VectorMath() {}

  /**
   * e^x; infinite above 88.7 and 0 below -87.3.
   *
   * @param x numbers
   * @return e^x of each
   */
  public static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(broadcast(LANES, LOG2_E), broadcast(LANES, ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(LANES, -LN2_HIGH), x);
    r = n.fma(broadcast(LANES, -LN2_LOW), r);
    FloatVector p = r.fma(broadcast(LANES, E6), broadcast(LANES, E5));
    p = p.fma(r, broadcast(LANES, E4));
    p = p.fma(r, broadcast(LANES, E3));
    p = p.fma(r, broadcast(LANES, E2));
    p = p.fma(r, broadcast(LANES, 1));
    p = p.fma(r, broadcast(LANES, 1));
    FloatVector y = p.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, EXPONENT_AT))
        .reinterpretAsFloats();
    FloatVector beyond = x.add(Float.POSITIVE_INFINITY); // or NaN, whose bits make nonsense of y
    y = beyond.blend(y, x.compare(VectorOperators.LE, EXP_MAX));
    return y.blend(0, x.compare(VectorOperators.LT, EXP_MIN));
  }

  /**
   * e^x; infinite above 88.7 and 0 below -87.3.
   *
   * @param x a number
   * @return e^x
   */
  public static float exp(float x) {
    if (!(x <= EXP_MAX)) {
      return x + Float.POSITIVE_INFINITY;
    }
    if (x < EXP_MIN) {
      return 0;
    }
    float shifted = Math.fma(x, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float p = Math.fma(r, E6, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    int exponent = Float.floatToRawIntBits(shifted) << EXPONENT_AT;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + exponent);
  }

  /**
   * 1/(1 + e^-x).
   *
   * @param x numbers
   * @return 1/(1 + e^-x) of each
   */
  public static FloatVector sigmoid(FloatVector x) {
    return broadcast(LANES, 1).div(exp(x.neg()).add(1));
  }

  /**
   * 1/(1 + e^-x).
   *
   * @param x a number
   * @return 1/(1 + e^-x)
   */
  public static float sigmoid(float x) {
    return 1 / (exp(-x) + 1);
  }

  /**
   * The factor of dy in the gradient of silu: s (1 + x (1 - s)).
   *
   * @param x numbers
   * @return the factor of each
   */
  public static FloatVector siluSlope(FloatVector x) {
    FloatVector s = sigmoid(x);
    FloatVector one = broadcast(LANES, 1);
    return x.fma(one.sub(s), one).mul(s);
  }

  /**
   * The factor of dy in the gradient of silu: s (1 + x (1 - s)).
   *
   * @param x a number
   * @return the factor
   */
  public static float siluSlope(float x) {
    float s = sigmoid(x);
    return Math.fma(x, 1 - s, 1) * s;
  }

  /**
   * Hyperbolic tangent.
   *
   * @param x numbers
   * @return tanh(x) of each
   */
  public static FloatVector tanh(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector p = square.fma(broadcast(LANES, T4), broadcast(LANES, T3));
    p = p.fma(square, broadcast(LANES, T2));
    p = p.fma(square, broadcast(LANES, T1));
    p = p.fma(square, broadcast(LANES, T0));
    FloatVector small = p.mul(square).fma(x, x);

    FloatVector magnitude = x.abs();
    FloatVector e = exp(magnitude.mul(-2));
    FloatVector large = broadcast(LANES, 1).sub(e).div(e.add(1));
    large = large.blend(large.neg(), x.compare(VectorOperators.LT, 0));
    return large.blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
  }

  /**
   * Hyperbolic tangent.
   *
   * @param x a number
   * @return tanh(x)
   */
  public static float tanh(float x) {
    float magnitude = Math.abs(x);
    if (magnitude < TANH_SMALL) {
      float square = x * x;
      float p = Math.fma(square, T4, T3);
      p = Math.fma(p, square, T2);
      p = Math.fma(p, square, T1);
      p = Math.fma(p, square, T0);
      return Math.fma(p * square, x, x);
    }
    float e = exp(magnitude * -2);
    float large = (1 - e) / (e + 1);
    return x < 0 ? -large : large;
  }

  /**
   * The derivative of tanh, as 4e/(1 + e)^2 with e = e^(-2|x|): 1 - tanh^2 cancels.
   *
   * @param x numbers
   * @return the factor of each
   */
  public static FloatVector tanhSlope(FloatVector x) {
    FloatVector e = exp(x.abs().mul(-2));
    FloatVector whole = e.add(1);
    return e.mul(4).div(whole.mul(whole));
  }

  /**
   * The derivative of tanh, as 4e/(1 + e)^2 with e = e^(-2|x|): 1 - tanh^2 cancels.
   *
   * @param x a number
   * @return the factor
   */
  public static float tanhSlope(float x) {
    float e = exp(Math.abs(x) * -2);
    float whole = e + 1;
    return e * 4 / (whole * whole);
  }

  /**
   * e^(-x^2/2), the normal density but for its factor.
   *
   * @param x numbers
   * @return the value of each
   */
  public static FloatVector bell(FloatVector x) {
    return exp(x.mul(x).mul(-0.5f));
  }

  /**
   * e^(-x^2/2), the normal density but for its factor.
   *
   * @param x a number
   * @return the value
   */
  public static float bell(float x) {
    return exp(x * x * -0.5f);
  }

  /**
   * Phi(x), the normal distribution function.
   *
   * @param x numbers
   * @param bell {@link #bell} of them
   * @return the probability for each
   */
  public static FloatVector normalBelow(FloatVector x, FloatVector bell) {
    FloatVector one = broadcast(LANES, 1);
    FloatVector t = one.div(x.abs().fma(broadcast(LANES, 0.25f), one));
    FloatVector p = t.fma(broadcast(LANES, P8), broadcast(LANES, P7));
    p = p.fma(t, broadcast(LANES, P6));
    p = p.fma(t, broadcast(LANES, P5));
    p = p.fma(t, broadcast(LANES, P4));
    p = p.fma(t, broadcast(LANES, P3));
    p = p.fma(t, broadcast(LANES, P2));
    p = p.fma(t, broadcast(LANES, P1));
    p = p.fma(t, broadcast(LANES, P0));
    FloatVector tail = p.mul(t).mul(bell);
    return one.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0));
  }

  /**
   * Phi(x), the normal distribution function.
   *
   * @param x a number
   * @param bell {@link #bell} of it
   * @return the probability
   */
  public static float normalBelow(float x, float bell) {
    float t = 1 / Math.fma(Math.abs(x), 0.25f, 1);
    float p = Math.fma(t, P8, P7);
    p = Math.fma(p, t, P6);
    p = Math.fma(p, t, P5);
    p = Math.fma(p, t, P4);
    p = Math.fma(p, t, P3);
    p = Math.fma(p, t, P2);
    p = Math.fma(p, t, P1);
    p = Math.fma(p, t, P0);
    float tail = p * t * bell;
    return x < 0 ? tail : 1 - tail;
  }

  /**
   * What the sigmoid in the tanh form of GELU is taken of: 2u.
   *
   * @param x numbers
   * @return the value for each
   */
  public static FloatVector geluBend(FloatVector x) {
    FloatVector near = x.max(-GELU_LIMIT).min(GELU_LIMIT);
    return near.mul(near.mul(near).fma(broadcast(LANES, GELU_3), broadcast(LANES, GELU_1)));
  }

  /**
   * What the sigmoid in the tanh form of GELU is taken of: 2u.
   *
   * @param x a number
   * @return the value
   */
  public static float geluBend(float x) {
    float near = Math.min(Math.max(x, -GELU_LIMIT), GELU_LIMIT);
    return near * Math.fma(near * near, GELU_3, GELU_1);
  }

  /**
   * The factor of dy in the gradient of the tanh form of GELU: s (1 + x (1 - s) (2u)').
   *
   * @param x numbers
   * @return the factor of each
   */
  public static FloatVector geluTanhSlope(FloatVector x) {
    FloatVector near = x.max(-GELU_LIMIT).min(GELU_LIMIT);
    FloatVector bend = near.mul(near).fma(broadcast(LANES, 3 * GELU_3), broadcast(LANES, GELU_1));
    FloatVector s = sigmoid(geluBend(x)), one = broadcast(LANES, 1);
    return near.mul(bend).fma(one.sub(s), one).mul(s);
  }

  /**
   * The factor of dy in the gradient of the tanh form of GELU: s (1 + x (1 - s) (2u)').
   *
   * @param x a number
   * @return the factor
   */
  public static float geluTanhSlope(float x) {
    float near = Math.min(Math.max(x, -GELU_LIMIT), GELU_LIMIT);
    float bend = Math.fma(near * near, 3 * GELU_3, GELU_1);
    float s = sigmoid(geluBend(x));
    return Math.fma(near * bend, 1 - s, 1) * s;
  }
}
