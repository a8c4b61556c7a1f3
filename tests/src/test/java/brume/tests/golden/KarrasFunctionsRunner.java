package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess.Reading;
import brume.diffusion.process.KarrasProcess;
import brume.diffusion.sampler.Denoised;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** How networks of Karras et al. (2022) are asked and read, and which noise they see. */
final class KarrasFunctionsRunner implements CaseRunner {

  private static final String KNOWN =
      "c_skip|c_out|c_in|c_noise|loss_weight|sample_schedule\\.[0-9]+|noise_distribution|denoised\\..*";

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("diffusion")
        && ContinuousCases.system(asked).equals(ContinuousCases.ELUCIDATED)
        && SmallDenoiser.isIn(asked)
        && asked.outputs().stream().allMatch(name -> name.matches(KNOWN));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    KarrasProcess process = ContinuousCases.karras(asked.attrs(), Clipping.none());
    for (String name : asked.outputs()) {
      results.check(
          "output." + name,
          switch (name) {
            case "c_skip" -> readings(asked, process, Reading::skip);
            case "c_out" -> readings(asked, process, Reading::out);
            case "c_in" -> readings(asked, process, Reading::input);
            case "c_noise" -> readings(asked, process, Reading::told);
            case "loss_weight" ->
              readings(asked, process, reading -> 1 / (reading.out() * reading.out()));
            case "noise_distribution" ->
              Arrays.stream(asked.doubles("input.z")).map(process::drawn).toArray();
            case "denoised.noclamp" -> denoised(asked, Clipping.none(), on);
            case "denoised.clamp" -> denoised(asked, Clipping.unit(), on);
            default -> schedule(process, Integer.parseInt(name.substring(name.indexOf('.') + 1)));
          });
    }
  }

  private static double[] readings(
      GoldenCase asked, KarrasProcess process, ToDoubleFunction<Reading> number) {
    return Arrays.stream(asked.doubles("input.sigma"))
        .mapToObj(process::reading)
        .mapToDouble(number)
        .toArray();
  }

  /** From the most noise down, and 0. */
  private static double[] schedule(KarrasProcess process, int steps) {
    double[] times = process.times(steps), falling = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      falling[i] = times[steps - 1 - i];
    }
    return falling;
  }

  /** Every sample at its own noise. */
  private static double[] denoised(GoldenCase asked, Clipping clipping, Backend on) {
    KarrasProcess process = ContinuousCases.karras(asked.attrs(), clipping);
    Tensor x = ChannelsLast.load(asked, "input.x", on);
    Denoised model = Denoised.of(new SmallDenoiser(asked, x.shape().dim(-1), on), process);
    double[] sigmas = asked.doubles("input.batch_sigma");
    double[][] parts = new double[sigmas.length][];
    for (int n = 0; n < sigmas.length; n++) {
      Variable sample = Variable.constant(ProcessInputs.sample(x, n));
      parts[n] = ChannelsLast.unload(
          model.at(sample, process.through(sigmas[n]).at(0)).x0().value());
    }
    return Recording.joined(Arrays.asList(parts));
  }
}
