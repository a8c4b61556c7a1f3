package brume.diffusion.train;

import brume.diffusion.NoisePredictor;
import brume.nn.Layer;

/** A network that predicts noise: what a {@link Model} is made of. */
interface Denoiser extends NoisePredictor, Layer {}
