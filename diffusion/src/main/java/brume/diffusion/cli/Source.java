package brume.diffusion.cli;

import brume.diffusion.data.Exhibit;
import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Shape;
import java.util.List;
import java.util.function.Function;

/**
 * What samples can be drawn from.
 *
 * @param asked the model as samplers see it, asked for some of the classes in turn, or for none
 * @param classes names of those it knows; empty if it knows none
 * @param sampler the way from noise to data
 * @param picture (H, W, C)
 * @param exhibit how samples are shown
 * @param seed of the samples unless told otherwise
 * @param fingerprint what tells it apart from others
 */
record Source(
    Function<List<Integer>, Asked> asked,
    List<String> classes,
    Sampler sampler,
    Shape picture,
    Exhibit exhibit,
    long seed,
    String fingerprint) {}
