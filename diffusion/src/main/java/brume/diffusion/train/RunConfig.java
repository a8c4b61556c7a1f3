package brume.diffusion.train;

import brume.diffusion.objective.TimestepSamplingName;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ScheduleName;
import brume.nn.unet.BlockVersion;
import java.util.List;

/**
 * All a run is told, every default spelled out: what {@code config.json} holds. The names of the
 * settings are those of the command line's options.
 *
 * @param brume version that wrote it
 * @param seed of all random numbers
 * @param pictures what to learn from
 * @param network what learns
 * @param process what it learns
 * @param training how it learns
 * @param sampling what it shows on the way and at the end
 */
public record RunConfig(
    String brume,
    @About("Seed of all random numbers.") long seed,
    Pictures pictures,
    Network network,
    Diffusion process,
    Training training,
    Sampling sampling) {

  /**
   * The same run with the length and the showing of another, which are all that may change on the way.
   *
   * @param other the other
   * @return this but for the number of steps, the distance of checkpoints and the samples
   */
  public RunConfig withShowingOf(RunConfig other) {
    Training t = training;
    Training same = new Training(
        other.training.steps,
        t.batch,
        t.accumulate,
        t.lr,
        t.warmup,
        t.cosine,
        t.beta1,
        t.beta2,
        t.decay,
        t.clip,
        t.emaDecay,
        other.training.checkpointEvery);
    return new RunConfig(brume, seed, pictures, network, process, same, other.sampling);
  }

  /**
   * The pictures.
   *
   * @param data {@code fashion-mnist}, a folder of image files, an IDX file, or points of the plane such
   *     as {@code toy:swissroll}, which are pictures of one pixel with two channels
   * @param size height and width in pixels
   * @param channels 1 for grey, 3 for color, 2 for points
   * @param flip whether half of them are mirrored, drawn anew each time
   */
  public record Pictures(
      @About(
              "What to learn from: fashion-mnist, a folder of image files, an IDX file, or points: toy:gaussian8, toy:gaussian25, toy:swissroll.")
          String data,
      @About(
              value = "Height and width in pixels; image files are resized and cropped.",
              min = 1,
              max = 4096)
          int size,
      @About(value = "Channels: 1 for grey, 3 for color, 2 for points.", min = 1, max = 3)
          int channels,
      @About("Mirror half of the pictures, drawn anew each time.") boolean flip) {}

  /**
   * The network.
   *
   * @param architecture U-Net or perceptron, which has no use for blocks, patch, heads and headDim
   * @param blocks generation of the blocks
   * @param dim channels that the others are multiples of
   * @param mults channels of each level, finest first, or of each block of a perceptron, as multiples of
   *     {@code dim}
   * @param patch side of the squares of pixels that are moved into the channels before the network and
   *     back behind it; 1 for none
   * @param frequencies of the waves that describe each number of a point to a perceptron; 0 for none
   * @param groups of group normalization; 1 for layer normalization
   * @param heads of attention
   * @param headDim channels of each head
   * @param selfCondition whether the network also sees its former prediction
   * @param dropout rate inside the blocks
   */
  public record Network(
      @About("U-Net for pictures, or perceptron (mlp) for points.") Architecture architecture,
      @About("Blocks of the U-Net, as in denoising-diffusion-pytorch 1.8.8 or 2.3.1.")
          BlockVersion blocks,
      @About(value = "Channels that the others are multiples of.", min = 4, max = 4096) int dim,
      @About(
              value =
                  "Channels of each level, finest first, or of each block of mlp, as multiples of --dim.",
              min = 1)
          List<Integer> mults,
      @About(
              value = "Side of the squares of pixels moved into the channels; 1 for none.",
              min = 1,
              max = 16)
          int patch,
      @About(
              value =
                  "Frequencies of waves that describe each number of a point to mlp; 0 for none.",
              min = 0,
              max = 16)
          int frequencies,
      @About(value = "Groups of group normalization.", min = 1) int groups,
      @About(value = "Heads of attention.", min = 1) int heads,
      @About(value = "Channels of each head.", min = 1) int headDim,
      @About("Let the network see its former prediction.") boolean selfCondition,
      @About(value = "Dropout rate inside the blocks.", min = 0, max = 0.99) double dropout) {

    /** Copies the list. {@inheritDoc} */
    public Network {
      mults = List.copyOf(mults);
    }
  }

  /**
   * The diffusion process.
   *
   * @param timesteps T
   * @param schedule of the noise
   * @param predict what the network's output means
   * @param minSnr γ that limits the weight of easy steps; 0 for no limit
   * @param offsetNoise strength of the noise that is the same all over a picture; 0 for none
   * @param timestepSampling how often training visits each time
   */
  public record Diffusion(
      @About(value = "Steps of the diffusion process.", min = 2, max = 1_000_000) int timesteps,
      @About("Noise schedule.") ScheduleName schedule,
      @About("What the network predicts.") Prediction predict,
      @About(value = "Gamma of min-SNR weighting of the loss; 0 for none.", min = 0) double minSnr,
      @About(value = "Strength of noise that is the same all over a picture; 0 for none.", min = 0)
          double offsetNoise,
      @About("Times visited in training: all alike, or more often where the loss is large.")
          TimestepSamplingName timestepSampling) {}

  /**
   * The optimization.
   *
   * @param steps how many
   * @param batch pictures of one forward pass
   * @param accumulate forward passes of one step
   * @param lr learning rate after the warm-up
   * @param warmup steps until the learning rate has its full size
   * @param cosine whether the learning rate then falls to zero along a cosine
   * @param beta1 decay of Adam's first moment
   * @param beta2 decay of Adam's second moment
   * @param decay weight decay, decoupled
   * @param clip largest norm of the gradients
   * @param emaDecay largest decay of the averaged parameters
   * @param checkpointEvery steps from one checkpoint to the next
   */
  public record Training(
      @About(value = "Steps of training.", min = 1) int steps,
      @About(value = "Pictures of one forward pass.", min = 1) int batch,
      @About(value = "Forward passes whose gradients make one step.", min = 1) int accumulate,
      @About(value = "Learning rate of Adam.", min = 0) double lr,
      @About(
              value =
                  "Steps until the learning rate has its full size; unless given, at most a tenth of --steps.",
              min = 0)
          int warmup,
      @About("Let the learning rate fall to zero along a cosine.") boolean cosine,
      @About(value = "Decay of Adam's first moment.", min = 0, max = 0.999999) double beta1,
      @About(value = "Decay of Adam's second moment.", min = 0, max = 0.999999) double beta2,
      @About(value = "Weight decay, decoupled as in AdamW.", min = 0) double decay,
      @About(value = "Largest norm of the gradients.", min = 1e-9) double clip,
      @About(value = "Largest decay of the averaged parameters.", min = 0, max = 1) double emaDecay,
      @About(value = "Steps from one checkpoint to the next.", min = 1) int checkpointEvery) {}

  /**
   * The samples.
   *
   * @param samples pictures in a grid; 0 for no grids
   * @param sampleSteps steps of DDIM; T of them mean DDPM
   * @param eta share of the noise that DDIM adds, 0 to 1
   * @param sampleEvery training steps from one grid to the next; 0 for none but the last
   */
  public record Sampling(
      @About(value = "Pictures in a grid of samples; 0 for no grids.", min = 0, max = 4096)
          int samples,
      @About(
              value = "Steps of sampling: fewer than --timesteps for DDIM, as many for DDPM.",
              min = 1)
          int sampleSteps,
      @About(value = "Share of the noise that DDIM adds in a step.", min = 0, max = 1) double eta,
      @About(
              value = "Steps of training from one grid to the next; 0 for none but the last.",
              min = 0)
          int sampleEvery) {}
}
