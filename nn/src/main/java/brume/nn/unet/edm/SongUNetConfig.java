package brume.nn.unet.edm;

import static brume.nn.ConfigException.unless;

/**
 * The settings of {@link SongUNet}. DDPM++ has positional waves, the box filter, and standard ways;
 * NCSN++ has Fourier waves of twice as many channels, the binomial filter, and a residual encoder.
 *
 * @param common what it shares with {@link AdmUNet}
 * @param waves how the time is told
 * @param wavesMult channels of the encoded time, as a multiple of those of the finest level
 * @param timeScale what times are multiplied by before they are encoded
 * @param filter how the resolution changes
 * @param encoder what the way down sees besides its own results
 * @param decoder where the way up answers
 */
public record SongUNetConfig(
    EdmConfig common,
    Waves waves,
    int wavesMult,
    double timeScale,
    Filter filter,
    Encoder encoder,
    Decoder decoder) {

  /** How the time is told. */
  public enum Waves {
    /** By sines and cosines whose frequencies are a geometric series from 1 to 1/10000. */
    POSITIONAL,
    /** By sines and cosines of frequencies that are drawn at random and stay as drawn. */
    FOURIER
  }

  /** What the way down sees besides its own results. */
  public enum Encoder {
    /** Nothing. */
    STANDARD,
    /** At each level the picture, made smaller, through a 1×1 convolution. */
    SKIP,
    /** At each level the result of the one before, through a convolution that halves it. */
    RESIDUAL
  }

  /** Where the way up answers. */
  public enum Decoder {
    /** At the end. */
    STANDARD,
    /** At each level; the answer is the sum, each made larger for the next. */
    SKIP
  }

  /** Refuses sizes that do not fit together. {@inheritDoc} */
  public SongUNetConfig {
    common.requireGroups(common.dim());
    unless(wavesMult >= 1, "song: expected a wavesMult of 1 or more, got %d", wavesMult);
    unless(timeScale > 0, "song: expected a timeScale above 0, got %s", timeScale);
  }

  int wavesDim() {
    return common.dim() * wavesMult;
  }
}
