package brume.diffusion.exchange;

import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.unet.diffusers.UNet2DCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file of all parts of Stable Diffusion under the names that its first programs gave them. */
final class OriginalCheckpoint implements PartWeights {

  private static final String UNET = "model.diffusion_model.", ENDING = ".safetensors";

  private final StoredWeights weights;

  private OriginalCheckpoint(StoredWeights weights) {
    this.weights = weights;
  }

  /** Whether a place is such a file. */
  static boolean isOne(Path place) throws IOException {
    return Files.isRegularFile(place)
        && place.toString().endsWith(ENDING)
        && StoredWeights.of(place).hasBeginning(UNET);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read, or what describes its networks does not lie beside it
   */
  static OriginalCheckpoint open(Path file) throws IOException {
    if (!Files.isRegularFile(file.resolveSibling(PipelineFolder.INDEX))) {
      throw new IOException(file
          + ": expected beside it the model_index.json of its pipeline, with the settings and the"
          + " tokenizer that it names, found none; get these small files from where it was"
          + " published for diffusers");
    }
    return new OriginalCheckpoint(StoredWeights.of(file));
  }

  @Override
  public StoredWeights of(String part) {
    return part.startsWith(StableDiffusionKind.TEXT) ? OpenClipNames.of(weights, part) : weights;
  }

  @Override
  public List<NamedParameter> named(Layer network) {
    return network instanceof UNet2DCondition unet
        ? OriginalNames.of(unet)
        : network instanceof AutoencoderKL autoencoder
            ? OriginalNames.of(autoencoder)
            : network.parameters();
  }

  @Override
  public List<String> remarks(List<String> parts) {
    return List.of();
  }
}
