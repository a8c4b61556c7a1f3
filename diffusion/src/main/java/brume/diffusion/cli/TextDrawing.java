package brume.diffusion.cli;

import brume.diffusion.run.Asked;
import brume.diffusion.sampler.Sampler;
import brume.nn.Recorder;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How pictures of texts are drawn by a folder whose parts are loaded.
 *
 * @param sampler the way from noise
 * @param asked the network as samplers see it
 * @param recorder of that network, if it can be recorded
 * @param sampled (h, w, C) of what the sampler begins with
 * @param finish makes pictures of what it draws, and of states on the way
 * @param shown (H, W, C) of states on the way when they are finished
 * @param picture (H, W, C) of what comes out
 * @param fingerprint what tells these samples from others
 */
record TextDrawing(
    Sampler sampler,
    Asked asked,
    Optional<Recorder> recorder,
    Shape sampled,
    UnaryOperator<Tensor> finish,
    Shape shown,
    Shape picture,
    String fingerprint) {}
