package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Adapted;
import brume.nn.Adapters;
import brume.nn.Network;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The network of a folder of diffusers that stays as it is, and low-rank adapters beside its matrices, which
 * learn. So may some beside the matrices of its text encoders.
 *
 * @param from the folder
 * @param rank numbers between the two factors of an adapter
 * @param alpha by which their product is multiplied once it is divided by the rank; 0 for the rank itself
 * @param layers last parts of the names of the linear layers that are adapted
 * @param textLayers the same of each text encoder; none to leave these as they are
 */
public record LoraSettings(
    @About(
            value = "Folder of diffusers, of Stable Diffusion 1, 2 or XL, that is adapted.",
            optional = true,
            option = "lora-from")
        String from,
    @About(value = "Numbers between the two factors of an adapter.", min = 1, max = 65536) int rank,
    @About(
            value = "Strength of the adapters, divided by the rank; 0 for the rank itself.",
            min = 0,
            option = "lora-alpha")
        double alpha,
    @About(
            value = "Linear layers that are adapted, by the last parts of their names.",
            option = "lora-layers")
        List<String> layers,
    @About(
            value =
                "Linear layers of the text encoders that are adapted, too: q_proj,k_proj,v_proj,out_proj are"
                    + " those of attention.",
            optional = true,
            option = "lora-text-layers")
        List<String> textLayers)
    implements NetworkSettings {

  /** Copies the lists. {@inheritDoc} */
  public LoraSettings {
    layers = List.copyOf(layers);
    textLayers = List.copyOf(textLayers);
  }

  /**
   * Adapters of the projections of attention, as diffusers trains them.
   *
   * @param from the folder; empty if that is not known yet
   * @param rank numbers between the two factors of an adapter
   * @return the settings
   */
  public static LoraSettings ofAttention(String from, int rank) {
    return new LoraSettings(from, rank, 0, Adapters.Rule.ofAttention(rank).layers(), List.of());
  }

  /**
   * Which layers are adapted, and how.
   *
   * @return as adapters take it
   */
  public Adapters.Rule rule() {
    return rule(layers);
  }

  /**
   * Which layers of each text encoder are adapted, and how.
   *
   * @return as adapters take it; empty where text encoders stay as they are
   */
  public Optional<Adapters.Rule> textRule() {
    return textLayers.isEmpty() ? Optional.empty() : Optional.of(rule(textLayers));
  }

  private Adapters.Rule rule(List<String> named) {
    return new Adapters.Rule(rank, alpha == 0 ? rank : alpha, named);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    Path folder = Path.of(from);
    try {
      Pretrained model = Pretrained.at(folder);
      requireSame(folder, model.unet(), task);
      Adapters adapters = new Adapters(rule(), key);
      return new Adapted(model.network(adapters, device), adapters, ofTexts(model.towers(), key));
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    } catch (Adapters.MissingLayerException missing) {
      throw new SettingException(
          "{network.layers}: expected names of linear layers of the unet, such as to_q, got "
              + missing.layer());
    }
  }

  private List<Adapters> ofTexts(int towers, RandomKey key) {
    return textRule().stream()
        .flatMap(rule -> IntStream.range(0, towers)
            .mapToObj(number -> new Adapters(rule, key.child(Adapted.encoder(number)))))
        .toList();
  }

  /** Refuses a network of other latents. */
  static void requireSame(Path folder, UNet2DConditionConfig unet, Task task) throws IOException {
    if (unet.channels() != task.channels() || unet.outChannels() != task.outChannels()) {
      throw new IOException(Text.of(
          "%s: expected a unet that sees %d channels and answers %d, as latents have, got one of %d and %d",
          folder, task.channels(), task.outChannels(), unet.channels(), unet.outChannels()));
    }
  }

  @Override
  public void requireFitting(Task task) {
    SettingException.unless(
        !from.isBlank(),
        "{from}: expected the folder of a model of diffusers that is adapted, got none");
  }

  @Override
  public Optional<String> adaptsTextsOf() {
    return textLayers.isEmpty() ? Optional.empty() : Optional.of(from);
  }

  @Override
  public boolean attends() {
    return true;
  }

  @Override
  public boolean learnsFromFew() {
    return true;
  }

  @Override
  public String noun() {
    return "adapters of a U-Net that attends to words"
        + (textLayers.isEmpty() ? "" : " and of its text encoders");
  }
}
