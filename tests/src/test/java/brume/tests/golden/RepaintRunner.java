package brume.tests.golden;

import static brume.autograd.function.pointwise.Affine.affine;

import brume.autograd.Variable;
import brume.diffusion.guidance.Inpainting;
import brume.diffusion.guidance.Resampling;
import brume.diffusion.guidance.Resampling.Move;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Levels;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.StepSampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/** RePaint as denoising-diffusion-pytorch means it: parts of pictures painted anew. */
final class RepaintRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && asked.attrs().path("system").asText().equals("lucidrains_repaint")
        && SmallDenoiser.isIn(asked);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode attrs = asked.attrs();
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    ReverseProcess process = ProcessSettings.of(asked).reverse(Clipping.unit());
    Variable known = ProcessInputs.constant(asked, "gt", on);
    Inpainting inpainting = new Inpainting(
        new StepSampler(Levels.all(process.q()), DdpmStep.USUAL),
        affine(known, 2, -1).value(),
        ChannelsLast.load(asked, "input.mask", on),
        attrs.path("resample").asBoolean()
            ? new Resampling(
                attrs.path("resample_every").asInt(),
                attrs.path("resample_iter").asInt(),
                attrs.path("resample_jump").asInt())
            : Resampling.NONE);
    int steps = process.q().steps();
    List<Move> moves = inpainting.resampling().moves(steps, steps);
    Recording recording = new Recording(start);
    Tensor end = inpainting.sample(
        Denoised.of(new SmallDenoiser(asked, start.shape().dim(-1), on), process),
        start,
        noise(asked, moves.size()),
        recording);

    double[] x0 = recording.x0();
    int size = start.shape().size();
    for (int i = 0; i < moves.size(); i++) {
      if (moves.get(i).up()) { // no estimate there
        Arrays.fill(x0, i * size, (i + 1) * size, 0);
      }
    }
    results.check("output.x", recording.x());
    results.check("output.x_start", x0);
    results.check("output.sample", PixelRange.toUnit(end));
    results.check("output.t", moves.stream().mapToDouble(Move::level).toArray());
    results.check(
        "output.forward", moves.stream().mapToDouble(move -> move.up() ? 1 : 0).toArray());
  }

  /** Noise of the moves, then that of the known part. */
  private static NoiseSource noise(GoldenCase asked, int moves) {
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return ChannelsLast.load(asked, "input.x_T", device);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return step < moves
            ? ProcessInputs.entry(asked, "noise", step, device)
            : ProcessInputs.entry(asked, "noise_known", step - moves, device);
      }
    };
  }
}
