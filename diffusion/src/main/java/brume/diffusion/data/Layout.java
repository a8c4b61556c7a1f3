package brume.diffusion.data;

/** How the values of a series of several channels follow each other in a file. */
public enum Layout {
  /** Step by step, all channels of one step together: (N, L, C), as Brume and TensorFlow have it. */
  CHANNELS_LAST,
  /** Channel by channel, all steps of one channel together: (N, C, L), as PyTorch has it. */
  CHANNELS_FIRST
}
