package brume.tests.golden;

import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.guidance.ClassifierGuided;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.Sampler;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whole ways from noise to data, led by a small classifier of noisy data. */
final class ClassifierTrajectories implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && asked.attrs().path("system").asText().equals("lucidrains_guided")
        && SmallDenoiser.isIn(asked)
        && asked.params().contains("classifier.weight");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Sampler sampler = TrajectoryRunner.sampler(asked);
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    ReverseProcess process = ProcessSettings.of(asked).reverse(Clipping.unit());
    Denoised plain = Denoised.of(new SmallDenoiser(asked, start.shape().dim(-1), on), process);
    ClassifierGuided guided = new ClassifierGuided(
        plain,
        new NoisyClassifier(classifier(asked, on)),
        GuidanceRunner.labels(asked),
        asked.attrs().path("classifier_scale").asDouble(),
        Clipping.unit());
    // The steps of DDPM are led where their mean is, and what they show of the data is not.
    boolean atMean = asked.attrs().path("sampler").asText().equals("ddpm");
    List<double[]> unled = new ArrayList<>(), gradients = new ArrayList<>();
    Denoised watched = (xt, level) -> {
      Estimate now = plain.at(xt, level);
      unled.add(ChannelsLast.unload(now.x0().value()));
      gradients.add(
          ChannelsLast.unload(guided.gradient(now, atMean ? now.mean() : xt).value()));
      return guided.at(xt, level);
    };
    Recording recording = new Recording(start);
    Tensor end = sampler.sample(watched, start, Recording.noise(asked), recording);
    results.check("output.x", recording.x());
    results.check("output.gradient", Recording.joined(gradients));
    results.check("output.x_start", atMean ? Recording.joined(unled) : recording.x0());
    results.check(
        "output.t",
        TrajectoryRunner.descending(sampler.steps(), k -> sampler.levels().at(k).time()));
    results.check("output.sample", PixelRange.toUnit(end));
  }

  /** Σ_c weight[k, c]·⟨tanh x[n, c]⟩ + bias[k] + time_weight[k]·t/1000, as maps of one place. */
  private static Denoiser classifier(GoldenCase asked, Backend on) {
    Variable weight = parameter(asked, "weight", on), bias = parameter(asked, "bias", on);
    Variable ofTime = parameter(asked, "time_weight", on);
    int classes = bias.shape().dim(0);
    return (Query query) -> {
      int samples = query.xt().shape().dim(0);
      Variable pooled = mean(tanh(query.xt()), Axes.of(1, 2));
      double[] t = Arrays.stream(query.times()).map(each -> each / 1000).toArray();
      Variable times = Variable.constant(Tensor.of(bias.value().device(), Shape.of(samples), t));
      Variable logits = add(
          add(einsum("nc,kc->nk", pooled, weight), reshape(bias, Shape.of(1, classes))),
          einsum("n,k->nk", times, ofTime));
      return reshape(logits, Shape.of(samples, 1, 1, classes));
    };
  }

  private static Variable parameter(GoldenCase asked, String name, Backend on) {
    return Variable.parameter(ChannelsLast.loadAsIs(asked, "param.classifier." + name, on));
  }
}
