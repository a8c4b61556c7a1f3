package brume.diffusion.optimize;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.nn.NamedParameter;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Muon;
import brume.nn.optim.Optimizer;
import brume.nn.optim.Sgd;
import java.util.List;

/** The optimizers by name. */
public final class Optimizers {

  static final String BETA1 = "Decay of the first moment.";
  static final String BETA2 = "Decay of the second moment.";
  static final String EPS = "What is added to the root of the second moment.";
  static final double ALMOST_ONE = 0.999999;

  /** All of them. */
  public static final Catalog<OptimizerSettings> CATALOG = Catalog.of(
          "optimizer", "optimizers", OptimizerSettings.class)
      .add(
          "adamw",
          new AdamWSettings(0.9, 0.99, 1e-8, 0),
          "Adam with decoupled weight decay.",
          "Loshchilov and Hutter (2019)")
      .add(
          "adam",
          new AdamSettings(0.9, 0.999, 1e-8, 0),
          "Steps scaled by moments of the gradients.",
          "Kingma and Ba (2015)")
      .add(
          "sgd",
          new SgdSettings(0.9, false, 0, 0),
          "Gradient descent with momentum.",
          "Sutskever et al. (2013)")
      .add(
          "muon",
          new MuonSettings(0.95, true, 0.9, 0.99, 1e-8, 0),
          "Matrices move by mean gradients whose singular values are made equal, all else by AdamW.",
          "Jordan et al. (2024); Liu et al. (2025)");

  private Optimizers() {}

  /**
   * {@link Adam} with decoupled weight decay.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param eps added to the root of the second moment
   * @param decay of the weights
   */
  public record AdamWSettings(
      @About(value = BETA1, min = 0, max = ALMOST_ONE) double beta1,
      @About(value = BETA2, min = 0, max = ALMOST_ONE) double beta2,
      @About(value = EPS, min = 0, option = "adam-eps") double eps,
      @About(value = "Weight decay, decoupled from the gradients.", min = 0) double decay)
      implements OptimizerSettings {
    @Override
    public Optimizer create(List<NamedParameter> parameters) {
      return new Adam(parameters, new AdamConfig(beta1, beta2, eps, decay, true));
    }
  }

  /**
   * {@link Adam}.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param eps added to the root of the second moment
   * @param decay of the weights, as part of the gradients
   */
  public record AdamSettings(
      @About(value = BETA1, min = 0, max = ALMOST_ONE) double beta1,
      @About(value = BETA2, min = 0, max = ALMOST_ONE) double beta2,
      @About(value = EPS, min = 0, option = "adam-eps") double eps,
      @About(value = "Weight decay, as part of the gradients.", min = 0) double decay)
      implements OptimizerSettings {
    @Override
    public Optimizer create(List<NamedParameter> parameters) {
      return new Adam(parameters, new AdamConfig(beta1, beta2, eps, decay, false));
    }
  }

  /**
   * {@link Muon}.
   *
   * @param momentum share of the former direction of a matrix
   * @param nesterov whether to look ahead along it
   * @param beta1 decay of the first moment of what is no matrix
   * @param beta2 decay of its second moment
   * @param eps added to the root of the second moment
   * @param decay of the weights
   */
  public record MuonSettings(
      @About(value = "Share of the former direction.", min = 0, max = ALMOST_ONE) double momentum,
      @About("Look ahead along the momentum.") boolean nesterov,
      @About(value = BETA1, min = 0, max = ALMOST_ONE) double beta1,
      @About(value = BETA2, min = 0, max = ALMOST_ONE) double beta2,
      @About(value = EPS, min = 0, option = "adam-eps") double eps,
      @About(value = "Weight decay, decoupled from the gradients.", min = 0) double decay)
      implements OptimizerSettings {
    @Override
    public Optimizer create(List<NamedParameter> parameters) {
      AdamConfig others = new AdamConfig(beta1, beta2, eps, decay, true);
      return new Muon(parameters, new Muon.Config(momentum, nesterov, others));
    }
  }

  /**
   * {@link Sgd}.
   *
   * @param momentum share of the former direction
   * @param nesterov whether to look ahead
   * @param dampening what of a gradient does not enter the momentum
   * @param decay of the weights, as part of the gradients
   */
  public record SgdSettings(
      @About(value = "Share of the former direction.", min = 0, max = ALMOST_ONE) double momentum,
      @About("Look ahead along the momentum.") boolean nesterov,
      @About(value = "What of a gradient does not enter the momentum.", min = 0, max = ALMOST_ONE)
          double dampening,
      @About(value = "Weight decay, as part of the gradients.", min = 0) double decay)
      implements OptimizerSettings {

    /** Refuses looking ahead along nothing. {@inheritDoc} */
    public SgdSettings {
      SettingException.unless(
          !nesterov || momentum > 0 && dampening == 0,
          "{nesterov}: expected {momentum} above 0 and {dampening} of 0 with it, got %s and %s",
          momentum,
          dampening);
    }

    @Override
    public Optimizer create(List<NamedParameter> parameters) {
      return new Sgd(parameters, new Sgd.Config(momentum, dampening, nesterov, decay));
    }
  }
}
