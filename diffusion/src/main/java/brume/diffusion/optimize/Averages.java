package brume.diffusion.optimize;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.nn.optim.EmaRule;
import java.util.List;

/** The averages of parameters by name; each kind keeps as many as it has rates. */
public final class Averages {

  static final String RATES =
      "Largest decay of the average; several, with commas between them, keep as many averages.";

  /** All of them. */
  public static final Catalog<AverageSettings> CATALOG = Catalog.of(
          "average", "averages", AverageSettings.class)
      .add(
          "ddpm-torch",
          new DdpmTorch(List.of(0.995)),
          "The decay grows with the number of steps to its largest value.",
          "ddpm-torch; TensorFlow's ExponentialMovingAverage with num_updates")
      .add(
          "ema-pytorch",
          new EmaPytorch(List.of(0.995), 10, 100, 1, 2.0 / 3, 0),
          "Copies at first, then averages every few steps with a decay that grows by a power.",
          "ema-pytorch 0.7.9, as the trainer of denoising-diffusion-pytorch uses it")
      .add(
          "power",
          new Power(List.of(0.9999), 0, 1, 2.0 / 3, 0),
          "The decay grows like a power of the number of steps.",
          "diffusers, EMAModel")
      .add(
          "half-life",
          new HalfLife(List.of(500_000.0), 0.05),
          "What a sample contributes halves with every so many samples.",
          "Karras et al. (2022), EDM")
      .add("constant", new Constant(List.of(0.999)), "The decay is the same in every step.", "")
      .add(
          "power-function",
          new PowerFunction(List.of(0.1)),
          "An average over a fixed share of the training, however long it is.",
          "Karras et al. (2023), EDM2, section 3.1")
      .add(
          "post-hoc",
          new PostHocAverages(List.of(0.05, 0.1), 200),
          "The same of two widths or more, with snapshots: --weights post-hoc:0.15 makes another of them.",
          "Karras et al. (2023), EDM2, section 3.2")
      .add("none", new None(), "Nothing is kept; samples are drawn from the network itself.", "");

  private Averages() {}

  /**
   * {@link EmaRule.DdpmTorch}.
   *
   * @param rates largest decays
   */
  public record DdpmTorch(
      @About(value = RATES, min = 0, max = 1, option = "ema-decay") List<Double> rates)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public DdpmTorch {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream().<EmaRule>map(EmaRule.DdpmTorch::new).toList();
    }
  }

  /**
   * {@link EmaRule.EmaPytorch}.
   *
   * @param rates largest decays
   * @param every steps from one update to the next
   * @param after steps before which the network is copied
   * @param invGamma what steps are divided by
   * @param power of the growth
   * @param low smallest decay
   */
  public record EmaPytorch(
      @About(value = RATES, min = 0, max = 1, option = "ema-decay") List<Double> rates,
      @About(value = "Steps from one update to the next.", min = 1, option = "ema-every")
          long every,
      @About(value = "Steps before which the average is a copy.", min = 0, option = "ema-after")
          long after,
      @About(value = "What steps are divided by.", min = 1e-6, option = "ema-inv-gamma")
          double invGamma,
      @About(value = "Power of the growth of the decay.", min = 0, option = "ema-power")
          double power,
      @About(value = "Smallest decay.", min = 0, max = 1, option = "ema-min") double low)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public EmaPytorch {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream()
          .<EmaRule>map(rate -> new EmaRule.EmaPytorch(
              EmaRule.EmaPytorch.Version.V0_7_9, rate, every, after, invGamma, power, low))
          .toList();
    }
  }

  /**
   * {@link EmaRule#power}.
   *
   * @param rates largest decays
   * @param after steps before which the network is copied
   * @param invGamma what steps are divided by
   * @param power of the growth
   * @param low smallest decay
   */
  public record Power(
      @About(value = RATES, min = 0, max = 1, option = "ema-decay") List<Double> rates,
      @About(value = "Steps before which the average is a copy.", min = 0, option = "ema-after")
          long after,
      @About(value = "What steps are divided by.", min = 1e-6, option = "ema-inv-gamma")
          double invGamma,
      @About(value = "Power of the growth of the decay.", min = 0, option = "ema-power")
          double power,
      @About(value = "Smallest decay.", min = 0, max = 1, option = "ema-min") double low)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public Power {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream()
          .<EmaRule>map(rate -> EmaRule.power(rate, after, invGamma, power, low))
          .toList();
    }
  }

  /**
   * {@link EmaRule.HalfLife}.
   *
   * @param rates half-lives in samples
   * @param rampUp largest half-life as a share of the samples seen
   */
  public record HalfLife(
      @About(
              value =
                  "Samples until half of the average is replaced; several keep as many averages.",
              min = 0,
              option = "ema-half-life")
          List<Double> rates,
      @About(
              value = "Largest half-life as a share of the samples seen so far; 0 for no limit.",
              min = 0,
              option = "ema-ramp-up")
          double rampUp)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public HalfLife {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream()
          .<EmaRule>map(halfLife -> new EmaRule.HalfLife(halfLife, rampUp, samples))
          .toList();
    }
  }

  /**
   * {@link EmaRule.Constant}.
   *
   * @param rates decays
   */
  public record Constant(
      @About(value = RATES, min = 0, max = 1, option = "ema-decay") List<Double> rates)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public Constant {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream().<EmaRule>map(EmaRule.Constant::new).toList();
    }
  }

  /**
   * {@link EmaRule.PowerFunction}.
   *
   * @param rates widths as shares of the training
   */
  public record PowerFunction(
      @About(
              value =
                  "Width of the average as a share of all steps; several keep as many averages.",
              min = 1e-6,
              max = AverageSettings.WIDEST,
              option = "ema-width")
          List<Double> rates)
      implements AverageSettings {

    /** Copies the list. {@inheritDoc} */
    public PowerFunction {
      rates = List.copyOf(rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return rates.stream().<EmaRule>map(EmaRule.PowerFunction::ofWidth).toList();
    }
  }

  /**
   * {@link EmaRule.PowerFunction} of several widths, and snapshots from which averages of {@link PostHoc
   * other widths} are made.
   *
   * @param rates widths as shares of the training
   * @param snapshotEvery steps from one snapshot to the next
   */
  public record PostHocAverages(
      @About(
              value =
                  "Widths of two averages or more as shares of all steps; others can be made of them.",
              min = 1e-6,
              max = WIDEST,
              option = "ema-width")
          List<Double> rates,
      @About(
              value = "Steps from one snapshot of all averages to the next; none is deleted.",
              min = 1)
          int snapshotEvery)
      implements AverageSettings {

    /** Refuses what nothing else can be made of. {@inheritDoc} */
    public PostHocAverages {
      rates = List.copyOf(rates);
      SettingException.unless(
          rates.size() >= 2 && rates.stream().distinct().count() == rates.size(),
          "{rates}: expected two different widths or more, got %s",
          rates);
    }

    @Override
    public List<EmaRule> rules(int samples) {
      return new PowerFunction(rates).rules(samples);
    }
  }

  /** No averages. */
  public record None() implements AverageSettings {
    @Override
    public List<EmaRule> rules(int samples) {
      return List.of();
    }

    @Override
    public List<Double> rates() {
      return List.of();
    }
  }
}
