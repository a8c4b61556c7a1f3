package brume.diffusion.pipeline;

import brume.autograd.Variable;
import brume.diffusion.exchange.EmbeddingFile;
import brume.diffusion.exchange.LoraFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.exchange.TextFolder;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.run.TextEncoding;
import brume.nn.text.ClipText;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What others have taught a model of a folder besides, in small files: low-rank changes of its networks,
 * and words of its text encoders.
 *
 * @param loras changes, which add up
 * @param words new words, in the order in which they get their tokens
 */
public record Adaptation(List<Lora> loras, List<EmbeddingFile> words) {

  /** Nothing: the model as it is in its folder. */
  public static final Adaptation NONE = new Adaptation(List.of(), List.of());

  /**
   * Changes and how much of them.
   *
   * @param file the changes
   * @param scale 1 for all of them; less, more, or below 0 for the opposite
   */
  public record Lora(LoraFile file, double scale) {}

  /** Keeps copies. {@inheritDoc} */
  public Adaptation {
    loras = List.copyOf(loras);
    words = List.copyOf(words);
  }

  /**
   * Refuses what was made for a model with more or fewer text encoders, before anything is loaded.
   *
   * @param folder that will be changed
   * @throws IOException if something does not fit
   */
  public void requireFitting(TextFolder folder) throws IOException {
    if (!(folder instanceof StableDiffusionFolder) && !equals(NONE)) {
      throw new IOException(folder.folder()
          + ": expected a folder of Stable Diffusion to change with LoRAs or new words, got"
          + " another");
    }
    for (Lora lora : loras) {
      lora.file().requireTowers(folder.towers());
    }
  }

  /**
   * How the weights of a folder are kept unless told otherwise.
   *
   * @return as they are stored, or in the device's precision if they will be changed
   */
  public WeightWidth width() {
    return loras.isEmpty() ? WeightWidth.STORED : WeightWidth.FLOAT;
  }

  /**
   * Refuses to change weights that are not kept in the device's precision.
   *
   * @param width how they are kept
   * @throws IllegalArgumentException if these changes need another
   */
  public void require(WeightWidth width) {
    if (!loras.isEmpty() && width != WeightWidth.FLOAT) {
      throw new IllegalArgumentException(
          "weights: expected float with changes of low rank, which are added to them, got "
              + width.name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Changes the network that draws.
   *
   * @param network its weights are overwritten
   * @return the same
   * @throws IOException if a change was made for another model
   */
  public UNet2DCondition of(UNet2DCondition network) throws IOException {
    for (Lora lora : loras) {
      lora.file().addTo(network, lora.scale());
    }
    return network;
  }

  /**
   * Changes text encoders and gives them the new words.
   *
   * @param texts its weights are overwritten
   * @return with the new words, whose vectors are owned by the innermost scope
   * @throws IOException if something was made for another model
   * @throws IllegalArgumentException if there is such a word already
   */
  public TextEncoding of(TextEncoding texts) throws IOException {
    int count = texts.towers().size();
    List<TextEncoding.Tower> towers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TextEncoding.Tower tower = texts.towers().get(i);
      for (Lora lora : loras) {
        lora.file().addTo(tower.network(), i, lora.scale());
      }
      for (EmbeddingFile word : words) {
        tower = with(tower, word, i, count);
      }
      towers.add(tower);
    }
    return new TextEncoding(towers, texts.zeros());
  }

  private static TextEncoding.Tower with(
      TextEncoding.Tower tower, EmbeddingFile word, int number, int towers) throws IOException {
    ClipText network = tower.network();
    int channels = network.config().layers().dim();
    Tensor vectors = Tensor.of(
        network.device(), Shape.of(word.count(), channels), word.vectors(number, towers, channels));
    return tower.with(word.word(), Variable.constant(vectors));
  }
}
