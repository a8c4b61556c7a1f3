package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Network;
import brume.nn.Role;
import brume.nn.layer.Activation;
import brume.nn.text.Clip;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.ClipVisionConfig;
import brume.nn.text.TransformerConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.util.Optional;

/**
 * The towers of CLIP, one for pictures and one for texts, both of the same width and depth.
 *
 * @param patchSize side of the squares of pixels that become one token
 * @param layers of each tower
 * @param heads of attention
 * @param headDim channels of each head; a token has those of all heads
 * @param projection channels of what is compared
 * @param vocabulary most tokens of texts that are told apart
 * @param length tokens of a text, with the marks of beginning and end
 * @param waves height of the sines and cosines that places of the text tower begin as, 0 for random numbers
 */
public record TowersSettings(
    @About(value = "Side of the squares of pixels that become one token.", min = 1, max = 64)
        int patchSize,
    @About(value = "Layers of each tower, one behind the other.", min = 1, max = 256) int layers,
    @About(value = "Heads of attention.", min = 1, max = 256) int heads,
    @About(
            value = "Channels of each head of attention; a token has those of all heads.",
            min = 1,
            max = 4096)
        int headDim,
    @About(value = "Channels of what is compared.", min = 1, max = 65536) int projection,
    @About(
            value = "Most tokens that are learned of texts: 512 bytes, two marks, and words.",
            min = 514,
            max = 1_000_000)
        int vocabulary,
    @About(
            value = "Tokens of a text, with the marks of beginning and end; longer ones are cut.",
            min = 3,
            max = 65536,
            option = "text-length")
        int length,
    @About(
            value =
                "Height of the waves that places of the text tower begin as; words have a deviation of 0.3. With"
                    + " 0, places are small random numbers.",
            min = 0,
            max = 100,
            option = "text-waves")
        double waves)
    implements NetworkSettings {

  private static final int WIDER = 4; // the feed-forward parts than the rest
  private static final double EPS = 1e-5;

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        task.height() == task.width(),
        "{data}: expected pictures as high as wide with {network} clip, got %dx%d",
        task.height(),
        task.width());
    Transformers.requirePatches(task, patchSize);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    // Of the tokens that a tokenizer makes, that of the end has the largest number.
    return new Clip(device, key, text(ClipTextConfig.LARGEST), vision(task));
  }

  /**
   * The settings of the tower for texts.
   *
   * @param end token behind each text
   * @return its settings
   */
  public ClipTextConfig text(int end) {
    return new ClipTextConfig(vocabulary, length, transformer(), end, projection, waves);
  }

  /**
   * The settings of the tower for pictures.
   *
   * @param task what it sees
   * @return its settings
   */
  public ClipVisionConfig vision(Task task) {
    return new ClipVisionConfig(
        task.channels(), task.height(), patchSize, transformer(), projection);
  }

  private TransformerConfig transformer() {
    int dim = heads * headDim;
    return new TransformerConfig(dim, WIDER * dim, layers, heads, Activation.QUICK_GELU, EPS);
  }

  @Override
  public Role role() {
    return Role.TOWERS;
  }

  @Override
  public Optional<TextRows> reads() {
    return Optional.of(new TextRows(vocabulary, length, transformer().dim(), projection));
  }

  @Override
  public String noun() {
    return "pair of towers";
  }
}
