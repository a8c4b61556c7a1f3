package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.Churn;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.DpmMultistep;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.sampler.EdmHeunStep;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.Exponential;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.Step;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.sampler.TrapezoidStep;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.math.Arithmetic;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Whole ways from noise to data in continuous time. */
final class ContinuousTrajectoryRunner implements CaseRunner {

  private static final Set<String> KNOWN =
      Set.of("x", "sample", "time", "log_snr", "denoised", "sigmas", "sigma_hat");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && SmallDenoiser.isIn(asked)
        && process(asked).flatMap(process -> step(asked, process)).isPresent()
        && KNOWN.containsAll(asked.outputs());
  }

  private static Optional<ContinuousProcess> process(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    boolean clipped =
        switch (ContinuousCases.system(asked)) {
          case ContinuousCases.SIMPLE -> true;
          case ContinuousCases.ELUCIDATED -> attrs.path("clamp").asBoolean();
          default -> attrs.path("clip_sample_denoised").asBoolean();
        };
    return ContinuousCases.process(asked, clipped ? Clipping.unit() : Clipping.none());
  }

  private static Optional<Step> step(GoldenCase asked, ContinuousProcess process) {
    return switch (asked.attrs().path("sampler").asText()) {
      case "ddpm" -> Optional.of(DdpmStep.USUAL);
      case "euler" -> Optional.of(DdimStep.of(0));
      case "midpoint" -> Optional.of(new TrapezoidStep.Middle(process));
      case "heun" -> Optional.of(new EdmHeunStep(process, churn(asked.attrs())));
      case "dpmpp_2m" ->
        Optional.of(new DpmMultistep(
            2, Exponential.DATA, Correction.MIDPOINT, ThirdOrder.EXACT, false, Ending.FULL));
      default -> Optional.empty();
    };
  }

  private static Churn churn(JsonNode attrs) {
    return new Churn(
        attrs.path("S_churn").asDouble(),
        attrs.path("S_tmin").asDouble(),
        attrs.path("S_tmax").asDouble(),
        attrs.path("S_noise").asDouble());
  }

  private static int steps(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return attrs
        .path("num_sample_steps")
        .asInt(attrs.path("num_inference_steps").asInt());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    ContinuousProcess fixed = process(asked).orElseThrow();
    ContinuousProcess process = LearnedSchedule.isIn(asked.attrs())
        ? ContinuousCases.process(asked, fixed.clipping(), LearnedSchedule.of(asked, on))
        : fixed;
    int steps = steps(asked);
    double[] times = process.times(steps);
    Way way = process.through(times);
    Tensor noise = ChannelsLast.load(asked, "input.x_T", on);
    Tensor start = Arithmetic.affine(way.prior(), noise, 0);
    Recording recording = new Recording(start);
    LastLook looks = new LastLook(recording);
    Denoised model = Denoised.of(new SmallDenoiser(asked, start.shape().dim(-1), on), process);
    Tensor end = new StepSampler(way, step(asked, process).orElseThrow())
        .denoise(looks.of(model), start, steps, Recording.noise(asked), looks);

    for (String name : asked.outputs()) {
      String tensor = "output." + name;
      switch (name) {
        case "x" -> {
          // Some store the states before each step alone.
          int size = Shape.of(asked.shape(tensor)).size();
          results.check(tensor, Arrays.copyOf(recording.x(), size));
        }
        case "denoised" -> results.check(tensor, Recording.joined(looks.estimates));
        case "time" -> results.check(tensor, descending(times));
        case "sigmas" -> results.check(tensor, Arrays.copyOf(descending(times), steps + 1));
        case "sigma_hat" -> results.check(tensor, looks.sigmas());
        case "log_snr" ->
          results.check(
              tensor, TrajectoryRunner.descending(steps, k -> way.at(k).time()));
        default -> results.check(tensor, sample(asked, end));
      }
    }
  }

  /** Listens to what steps look at: the level of their first look, the estimate of their last. */
  private static final class LastLook implements SamplingListener {
    private final SamplingListener next;
    private final List<double[]> estimates = new ArrayList<>();
    private final List<Double> sigmas = new ArrayList<>();
    private double[] last = {};
    private boolean isFirst = true;

    LastLook(SamplingListener next) {
      this.next = next;
    }

    /** The same estimates, listened to. */
    Denoised of(Denoised model) {
      return new Denoised() {
        @Override
        public Estimate at(Variable xt, Level level) {
          if (isFirst) {
            sigmas.add(level.sigma());
          }
          isFirst = false;
          Estimate estimate = model.at(xt, level);
          last = ChannelsLast.unload(estimate.x0().value());
          return estimate;
        }

        @Override
        public Denoised begin(Tensor start) {
          return of(model.begin(start));
        }
      };
    }

    double[] sigmas() {
      return sigmas.stream().mapToDouble(sigma -> sigma).toArray();
    }

    @Override
    public void step(int done, int of, Tensor state, Tensor estimate) {
      estimates.add(last);
      isFirst = true;
      next.step(done, of, state, estimate);
    }
  }

  /** What the system gives: pictures in [0, 1], or the end as it is. */
  private static Tensor sample(GoldenCase asked, Tensor end) {
    return ContinuousCases.system(asked).equals(ContinuousCases.FLOW)
        ? end
        : PixelRange.toUnit(Clipping.unit().apply(Variable.constant(end)).value());
  }

  private static double[] descending(double[] times) {
    return IntStream.range(0, times.length)
        .mapToDouble(i -> times[times.length - 1 - i])
        .toArray();
  }
}
