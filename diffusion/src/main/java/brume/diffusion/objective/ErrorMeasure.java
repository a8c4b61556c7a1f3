package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.square;

import brume.autograd.Variable;

/** What a difference costs. */
public enum ErrorMeasure {
  /** Its square, as in Ho et al. (2020). */
  SQUARED {
    @Override
    Variable of(Variable difference) {
      return square(difference);
    }
  },
  /** Its absolute value (L1), which forgives outliers; see Saharia et al., Palette (2021), §4. */
  ABSOLUTE {
    @Override
    Variable of(Variable difference) {
      return abs(difference);
    }
  };

  /** The cost of every element. */
  abstract Variable of(Variable difference);
}
