package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * A folder of a pipeline in which one network draws what a text says: latents of Stable Diffusion, or the pixels of IF.
 */
public sealed interface TextFolder permits StableDiffusionFolder, PixelFolder {

  /**
   * Where it is.
   *
   * @return as given
   */
  Path folder();

  /**
   * How pictures are drawn.
   *
   * @return process, sampler, clipping and guidance; the other parts mean nothing
   */
  Recipe recipe();

  /**
   * How many text encoders it has.
   *
   * @return 1, or 2 for XL
   */
  int towers();

  /**
   * How its network is shown a smaller picture, which it enlarges.
   *
   * @return empty if it draws pictures of its own
   */
  Optional<SmallerPicture> smaller();

  /**
   * Whether its network paints a part of a picture, and sees the rest of it.
   *
   * @return false if it draws of texts alone
   */
  boolean paints();

  /**
   * The size of the pictures that it was trained with.
   *
   * @return height and width in pixels; empty if it does not say
   */
  Optional<int[]> pictureSize();

  /**
   * How many times larger pictures are than what the network draws.
   *
   * @return 1 if that is pixels
   */
  int factor();

  /**
   * When its network was written, to tell it from others.
   *
   * @return time of its weights
   * @throws IOException if they are gone
   */
  FileTime written() throws IOException;

  /**
   * What there is to tell whoever asked for it.
   *
   * @return sentences
   */
  List<String> remarks();

  /**
   * Loads the network to draw with.
   *
   * @param width how its matrices and filters are kept
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   * @throws IllegalArgumentException if the device does not hold such numbers
   */
  UNet2DCondition network(WeightWidth width, Device device) throws IOException;
}
