package brume.diffusion.network;

import brume.nn.Adapters;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.text.ClipText;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * The parts of a model that others have trained, which draws what a text says: a run can learn with them,
 * and change how they draw. They come from folders that a {@link Provider} knows.
 */
public interface Pretrained {

  /** Reads folders of one layout. Found on the class path, by {@link ServiceLoader}. */
  interface Provider {

    /**
     * Whether a place is such a folder.
     *
     * @param place any
     * @return true if {@link #open} reads it or says what is wrong with it
     * @throws IOException if it cannot be looked at
     */
    boolean knows(Path place) throws IOException;

    /**
     * Reads the settings of a folder; weights come later.
     *
     * @param folder of the layout
     * @return what it says
     * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
     */
    Pretrained open(Path folder) throws IOException;
  }

  /**
   * Whether a place is a folder of such parts.
   *
   * @param place any
   * @return true if some provider knows it
   * @throws IOException if it cannot be looked at
   */
  static boolean isAt(Path place) throws IOException {
    for (Provider provider : ServiceLoader.load(Provider.class)) {
      if (provider.knows(place)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Opens a folder.
   *
   * @param folder of a layout that a provider knows
   * @return its parts
   * @throws IOException if none does, or it is damaged
   */
  static Pretrained at(Path folder) throws IOException {
    for (Provider provider : ServiceLoader.load(Provider.class)) {
      if (provider.knows(folder)) {
        return provider.open(folder);
      }
    }
    throw new IOException(folder
        + ": expected a folder of diffusers that draws what a text says, with model_index.json and"
        + " text_encoder, found none");
  }

  /**
   * Loads the network with adapters beside its matrices, of which it learns while it stays as it is.
   *
   * @param adapters get their parameters here
   * @param device where all parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   * @throws IllegalArgumentException if it has no layers as the adapters are for
   */
  UNet2DCondition network(Adapters adapters, Device device) throws IOException;

  /**
   * Loads the network.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  UNet2DCondition network(Device device) throws IOException;

  /**
   * The settings of the network.
   *
   * @return its sizes
   */
  UNet2DConditionConfig unet();

  /**
   * Loads what makes latents pictures.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  AutoencoderKL decoder(Device device) throws IOException;

  /**
   * The settings of what makes latents pictures.
   *
   * @return its sizes
   */
  AutoencoderConfig autoencoder();

  /**
   * How many text encoders it has.
   *
   * @return 1, or 2 for XL
   */
  int towers();

  /**
   * Channels of what all text encoders say of a word.
   *
   * @return C
   */
  int tokenChannels();

  /**
   * Where a tokenizer is.
   *
   * @param tower whose, from 0
   * @return a folder
   */
  Path tokenizer(int tower);

  /**
   * Loads what encodes texts.
   *
   * @param tower which one, from 0
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  ClipText tower(int tower, Device device) throws IOException;

  /**
   * Whether its network is told nothing, instead of what is said of the empty text, where no text is given
   * to be led away from.
   *
   * @return as it was trained
   */
  boolean saysNothingOfNoText();
}
