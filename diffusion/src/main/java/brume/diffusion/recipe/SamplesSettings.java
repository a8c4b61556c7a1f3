package brume.diffusion.recipe;

import brume.diffusion.settings.About;

/**
 * The samples that a run shows.
 *
 * @param count in a grid; 0 for no grids
 * @param every training steps from one grid to the next; 0 for none but the last
 */
public record SamplesSettings(
    @About(value = "Samples in a grid; 0 for no grids.", min = 0, max = 4096, option = "samples")
        int count,
    @About(
            value = "Steps of training from one grid to the next; 0 for none but the last.",
            min = 0,
            option = "sample-every")
        int every) {}
