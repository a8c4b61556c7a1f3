package brume.diffusion;

import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;

import brume.autograd.Variable;
import brume.nn.Pass;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** What tells noise from data: a U-Net, or in tests a formula. */
@FunctionalInterface
public interface NoisePredictor {

  /**
   * Looks at noisy data.
   *
   * @param xt (N, ..., C) data with noise
   * @param times (N) time of every sample
   * @param pass whether this is training
   * @return (N, ..., C) the prediction; (N, ..., 2C) if the variance is learned, prediction first
   */
  Variable predict(Variable xt, double[] times, Pass pass);

  /**
   * Looks at noisy data again, with an earlier estimate at hand.
   *
   * @param xt (N, ..., C) data with noise
   * @param x0 (N, ..., C) estimate of the data, which only self-conditioned predictors look at
   * @param times (N) time of every sample
   * @param pass whether this is training
   * @return as of {@link #predict(Variable, double[], Pass)}
   */
  default Variable predict(Variable xt, Variable x0, double[] times, Pass pass) {
    return predict(xt, times, pass);
  }

  /**
   * Whether an earlier estimate of the data is used (Chen et al., 2022: Analog Bits).
   *
   * @return true if {@link #predict(Variable, Variable, double[], Pass)} looks at it
   */
  default boolean isSelfConditioned() {
    return false;
  }

  /**
   * The same predictor with a clock of its own.
   *
   * @param clock from the times of the process to those the predictor was made for
   * @return a predictor that is told {@code clock(t)} instead of t
   */
  default NoisePredictor withClock(DoubleUnaryOperator clock) {
    NoisePredictor original = this;
    return new NoisePredictor() {
      @Override
      public Variable predict(Variable xt, double[] times, Pass pass) {
        return original.predict(xt, Arrays.stream(times).map(clock).toArray(), pass);
      }

      @Override
      public Variable predict(Variable xt, Variable x0, double[] times, Pass pass) {
        return original.predict(xt, x0, Arrays.stream(times).map(clock).toArray(), pass);
      }

      @Override
      public boolean isSelfConditioned() {
        return original.isSelfConditioned();
      }
    };
  }

  /**
   * The same predictor looking at squares of pixels as channels (space to depth), which leaves fewer
   * pixels to work on.
   *
   * @param side of the squares, in pixels
   * @return a predictor of (N, side·H, side·W, C) from one of (N, H, W, C·side²)
   */
  default NoisePredictor onPatches(int side) {
    NoisePredictor original = this;
    return new NoisePredictor() {
      @Override
      public Variable predict(Variable xt, double[] times, Pass pass) {
        return pixelShuffle(original.predict(pixelUnshuffle(xt, side), times, pass), side);
      }

      @Override
      public Variable predict(Variable xt, Variable x0, double[] times, Pass pass) {
        Variable seen = pixelUnshuffle(xt, side), estimate = pixelUnshuffle(x0, side);
        return pixelShuffle(original.predict(seen, estimate, times, pass), side);
      }

      @Override
      public boolean isSelfConditioned() {
        return original.isSelfConditioned();
      }
    };
  }
}
