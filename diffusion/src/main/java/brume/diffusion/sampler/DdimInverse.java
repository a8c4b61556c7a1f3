package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import java.util.Optional;

/**
 * {@link InverseSampler}.
 *
 * @param grid levels that are visited, there and back
 * @param stride how far a step leads
 */
public record DdimInverse(
    @Inline LandingGrid grid,
    @About("How far a step leads: from level to level, or timesteps/steps times as in diffusers.")
        Stride stride)
    implements SamplerSettings {

  @Override
  public Sampler create(TrainedProcess process) {
    return process.either(
        numbered -> {
          Levels levels = grid.levels(numbered, stride);
          return new InverseSampler(
              levels,
              Optional.of(levels.landings()),
              numbered.prediction() == Prediction.V,
              numbered.clipping());
        },
        continuous -> new InverseSampler(
            grid.way(continuous, stride), Optional.empty(), false, continuous.clipping()));
  }
}
