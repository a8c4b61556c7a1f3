package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.PndmStep;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Every look at a network on the way of a pipeline: states in the units of its scheduler, and what the
 * network saw and answered. A look is at two halves where pictures are led.
 */
final class LooksOnTheWay {

  private final Sampler sampler;
  private final boolean isScaled; // states are x/√ᾱ in the family of Euler's method
  private final boolean isWhole; // which starts with σ alone, but for leading spacing
  private final List<double[]> states = new ArrayList<>();
  private final List<Double> times = new ArrayList<>();
  private final List<double[]> unblended = new ArrayList<>(); // states before a part is put back
  private final List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();

  LooksOnTheWay(Sampler sampler, JsonNode scheduler) {
    this.sampler = sampler;
    this.isScaled = !scheduler
        .path("_class_name")
        .asText()
        .matches("(Euler|LMS|KDPM2|Heun).*DiscreteScheduler");
    this.isWhole = isScaled || scheduler.path("timestep_spacing").asText().equals("leading");
  }

  private Level first() {
    return sampler.levels().at(sampler.levels().count() - 1);
  }

  /** What the way starts from, of standard normal numbers. */
  Tensor start(Tensor noise) {
    return Arithmetic.affine(isWhole ? 1 : first().noise(), noise, 0);
  }

  Denoiser listeningTo(Denoiser network) {
    return new Denoiser() {
      @Override
      public Variable predict(Query query) {
        Variable answer = network.predict(query);
        seen.add(ChannelsLast.unload(query.xt().value()));
        answers.add(ChannelsLast.unload(answer.value()));
        return answer;
      }
    };
  }

  Denoised listeningTo(Denoised model) {
    return new Denoised() {
      @Override
      public Estimate at(Variable xt, Level level) {
        states.add(unscaled(ChannelsLast.unload(xt.value()), level));
        times.add(level.time());
        return model.at(xt, level);
      }
    };
  }

  /** A way inside of what puts a part of the samples back after every step. */
  Sampler watching(Sampler way) {
    return new Sampler() {
      @Override
      public Way levels() {
        return way.levels();
      }

      @Override
      public int steps() {
        return way.steps();
      }

      @Override
      public Tensor sample(
          Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
        return ended(way.sample(watched(model), start, noise, listener));
      }

      @Override
      public Tensor denoise(
          Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
        return ended(way.denoise(watched(model), start, last, noise, listener));
      }
    };
  }

  private Denoised watched(Denoised model) {
    return (xt, level) -> {
      unblended.add(unscaled(ChannelsLast.unload(xt.value()), level));
      return model.at(xt, level);
    };
  }

  private Tensor ended(Tensor end) {
    unblended.add(unscaled(ChannelsLast.unload(end), sampler.levels().at(0).before()));
    return end;
  }

  private double[] unscaled(double[] x, Level level) {
    return Arrays.stream(x)
        .map(number -> isScaled ? number : number / level.signal())
        .toArray();
  }

  void check(GoldenCase asked, Comparison results, Tensor end, boolean isLed) {
    double[] told = times.stream().mapToDouble(time -> time).toArray();
    double sigma = first().sigma();
    states.add(unscaled(ChannelsLast.unload(end), sampler.levels().at(0).before()));
    results.check("output.latents", Recording.joined(states.subList(1, states.size())));
    if (!unblended.isEmpty()) {
      results.check(
          "output.latents_before_blend", Recording.joined(unblended.subList(1, unblended.size())));
    }
    results.check("output.unet_timesteps", told);
    results.check("output.unet_input", halves(seen, isLed));
    results.check("output.unet_output", halves(answers, isLed));
    if (asked.outputs().contains("timesteps")) {
      boolean isWholeWay = asked.shape("output.timesteps")[0] == told.length;
      results.check("output.timesteps", isWholeWay ? told : wholeWay());
    }
    results.check("output.init_noise_sigma", isScaled ? 1 : isWhole ? Math.hypot(sigma, 1) : sigma);
  }

  /** All times of the scheduler, of which PNDM with a second look has one twice. */
  private double[] wholeWay() {
    double[] times = DiffusersRunner.times(sampler);
    return PndmStep.isCutSo(sampler)
        ? DoubleStream.concat(Arrays.stream(times, 0, 2), Arrays.stream(times, 1, times.length))
            .toArray()
        : times;
  }

  /** Of each look the half that is led away from comes first. */
  private static double[] halves(List<double[]> looks, boolean isLed) {
    List<double[]> turned = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      turned.add(looks.get(isLed ? i ^ 1 : i));
    }
    return Recording.joined(turned);
  }
}
