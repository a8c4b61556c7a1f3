package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Minimum.minimum;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.reciprocal;
import static brume.autograd.function.pointwise.Pointwise.sqrt;
import static brume.autograd.function.pointwise.Subtract.subtract;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.diffusion.process.Prediction;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.tensor.math.Arithmetic;

/** The ways to weigh errors by time, by name. */
public final class Weightings {

  /** All of them. */
  public static final Catalog<WeightingSettings> CATALOG = Catalog.of(
          "weighting", "weightings", WeightingSettings.class)
      .add("uniform", new Uniform(), "All times count the same.", "Ho et al. (2020), eq. 14")
      .add(
          "epsilon",
          new Epsilon(),
          "Errors count as if noise had been predicted.",
          "Salimans and Ho (2022), section 4")
      .add(
          "min-snr",
          new MinSnr(5),
          "Errors count as if data had been predicted, by signal-to-noise ratio but limited.",
          "Hang et al. (2023), section 3.4")
      .add(
          "snr",
          new Snr(),
          "Errors count by signal-to-noise ratio.",
          "diffusers, training of predictions of the data")
      .add(
          "data",
          new Data(),
          "Errors count as if data had been predicted.",
          "precondition_outputs in diffusers")
      .add(
          "inverse-square",
          new InverseSquare(),
          "Errors of a flow count 1/t^2.",
          "sigma_sqrt in diffusers")
      .add(
          "cosmap",
          new CosMap(),
          "Errors of a flow count as if a cosine schedule had been mapped to it.",
          "Esser et al. (2024), section 3.1");

  private Weightings() {}

  private static void requireDefined(Prediction prediction) {
    SettingException.unless(
        prediction != Prediction.MEAN && prediction != Prediction.BOTH,
        "{weighting}: expected uniform with {predict} %s, for which nobody has defined others, got another",
        prediction);
  }

  /** {@link LossWeighting#uniform}. */
  public record Uniform() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      return LossWeighting.uniform();
    }

    @Override
    public double weight(double snr, double out) {
      return 1;
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      return Variable.constant(Arithmetic.affine(0, snr.value(), 1));
    }
  }

  /** {@link LossWeighting#equivalentToEpsilon}. */
  public record Epsilon() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.equivalentToEpsilon(prediction);
    }

    @Override
    public double weight(double snr, double out) {
      return snr * out * out;
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      return multiply(snr, square);
    }
  }

  /**
   * {@link LossWeighting#minSnr}.
   *
   * @param gamma γ, largest ratio that counts
   */
  public record MinSnr(
      @About(value = "Largest signal-to-noise ratio that counts.", min = 1e-6) double gamma)
      implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.minSnr(prediction, gamma);
    }

    @Override
    public double weight(double snr, double out) {
      return Math.min(snr, gamma) * out * out;
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      Variable limit = Variable.constant(Arithmetic.affine(0, snr.value(), gamma));
      return multiply(minimum(snr, limit), square);
    }
  }

  /** {@link LossWeighting#snr}. */
  public record Snr() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return LossWeighting.snr();
    }

    @Override
    public double weight(double snr, double out) {
      return snr;
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      return snr;
    }
  }

  /** The squared error of the data that follow from what is predicted. */
  public record Data() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      requireDefined(prediction);
      return snr -> {
        double some = Math.max(snr, Double.MIN_NORMAL); // the limit where nothing is left
        return prediction.weight(some, Double.POSITIVE_INFINITY) / some;
      };
    }

    @Override
    public double weight(double snr, double out) {
      return out * out;
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      return square;
    }
  }

  private static final String OF_FLOWS =
      "{weighting}: expected another with {process} discrete, since it is defined by the time of a flow, got it";

  /** Time of a flow with this ratio: t = 1/(1 + √snr). */
  private static double timeOfFlow(double snr) {
    return 1 / (1 + Math.sqrt(snr));
  }

  private static Variable timeOfFlow(Variable snr) {
    return reciprocal(affine(sqrt(snr), 1, 1));
  }

  /** 1/t², t the time of a flow with this ratio. */
  public record InverseSquare() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      throw new SettingException(OF_FLOWS);
    }

    @Override
    public double weight(double snr, double out) {
      double t = timeOfFlow(snr);
      return 1 / (t * t);
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      return Pointwise.square(reciprocal(timeOfFlow(snr)));
    }
  }

  /** 2/(π·(1 − 2·t + 2·t²)), t the time of a flow with this ratio. */
  public record CosMap() implements WeightingSettings {
    @Override
    public LossWeighting create(Prediction prediction) {
      throw new SettingException(OF_FLOWS);
    }

    @Override
    public double weight(double snr, double out) {
      double t = timeOfFlow(snr);
      return 2 / (Math.PI * (1 - 2 * t + 2 * t * t));
    }

    @Override
    public Variable weight(Variable snr, Variable square) {
      Variable t = timeOfFlow(snr);
      return scale(reciprocal(affine(subtract(Pointwise.square(t), t), 2, 1)), 2 / Math.PI);
    }
  }
}
