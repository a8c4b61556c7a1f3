package brume.diffusion.pipeline;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.autoencoder.AutoencoderKL;
import brume.tensor.Tensor;

/** Between what a network draws and pictures. */
interface Coding {

  /** How many times larger pictures are. */
  int factor();

  /** Channels of what a network draws. */
  int channels();

  /** Channels of pictures. */
  int colors();

  /** (N, H, W, colors) pictures of what was drawn, owned by the innermost scope. */
  Tensor pictures(Tensor drawn);

  /** (N, h, w, channels) one that pictures may have been drawn of, which standard normal noise chooses. */
  Tensor drawn(Tensor pictures, Tensor noise);

  /** Latents of an autoencoder. */
  static Coding of(AutoencoderKL autoencoder) {
    return new Coding() {
      @Override
      public int factor() {
        return autoencoder.config().coder().factor();
      }

      @Override
      public int channels() {
        return autoencoder.config().coder().latentChannels();
      }

      @Override
      public int colors() {
        return autoencoder.config().coder().outChannels();
      }

      @Override
      public Tensor pictures(Tensor drawn) {
        try (Tape.Pause pause = Tape.pause()) {
          return Tape.tidy(
                  () -> autoencoder.decode(autoencoder.fromDenoiser(Variable.constant(drawn))))
              .value();
        }
      }

      @Override
      public Tensor drawn(Tensor pictures, Tensor noise) {
        try (Tape.Pause pause = Tape.pause()) {
          return Tape.tidy(() -> autoencoder.toDenoiser(
                  autoencoder.encode(Variable.constant(pictures)).sample(Variable.constant(noise))))
              .value();
        }
      }
    };
  }

  /** Pictures as they are. */
  static Coding pixels(int channels) {
    return new Coding() {
      @Override
      public int factor() {
        return 1;
      }

      @Override
      public int channels() {
        return channels;
      }

      @Override
      public int colors() {
        return channels;
      }

      @Override
      public Tensor pictures(Tensor drawn) {
        return drawn;
      }

      @Override
      public Tensor drawn(Tensor pictures, Tensor noise) {
        return pictures;
      }
    };
  }
}
