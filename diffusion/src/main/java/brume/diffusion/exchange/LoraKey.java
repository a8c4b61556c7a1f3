package brume.diffusion.exchange;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a tensor in a file of low-rank changes, taken apart. All ways to write it come to the same:
 * the layer is told with underscores for dots, as some files have no dots to tell.
 *
 * <pre>
 *   unet.mid_block.attentions.0.proj_in.lora_A.weight        diffusers with peft
 *   unet.mid_block.attentions.0.proj_in.lora.down.weight     diffusers before
 *   lora_unet_mid_block_attentions_0_proj_in.lora_down.weight, .alpha      kohya
 * </pre>
 *
 * @param part which network the layer belongs to
 * @param layer its place with underscores, such as {@code mid_block_attentions_0_proj_in}
 * @param role what the tensor is to it
 */
record LoraKey(Part part, String layer, Role role) {

  /** Networks of a pipeline. */
  enum Part {
    /** The one that draws. */
    UNET,
    /** The first text encoder. */
    TEXT_ENCODER,
    /** The second text encoder. */
    TEXT_ENCODER_2;

    /** The text encoders, in their order. */
    static final List<Part> OF_TEXTS = List.of(TEXT_ENCODER, TEXT_ENCODER_2);

    /** A text encoder by its number, from 0. */
    static Part ofTexts(int number) {
      return OF_TEXTS.get(number);
    }

    /** As folders call it. */
    String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a tensor is. */
  enum Role {
    /** The first factor, from channels to the rank. */
    DOWN,
    /** The second factor, from the rank to channels. */
    UP,
    /** By which the product is multiplied, once divided by the rank. */
    ALPHA
  }

  private static final Pattern ENDING = Pattern.compile(
      "(?:[._]lora(?:_linear_layer)?[._](A|B|down|up)(?:\\.\\w+)?\\.weight|\\.(alpha))$");
  private static final String OF_PEFT = "base_model.model.", OF_PROCESSORS = ".processor";

  /** Beginnings of names, the longer of two alike first. */
  private static final List<Map.Entry<String, Part>> BEGINNINGS = List.of(
      Map.entry("text_encoder_2.", Part.TEXT_ENCODER_2),
      Map.entry("text_encoder.", Part.TEXT_ENCODER),
      Map.entry("unet.", Part.UNET),
      Map.entry("lora_unet_", Part.UNET),
      Map.entry("lora_te2_", Part.TEXT_ENCODER_2),
      Map.entry("lora_te1_", Part.TEXT_ENCODER),
      Map.entry("lora_te_", Part.TEXT_ENCODER));

  /** The parts of a name; none if it is not of a low-rank change. */
  static Optional<LoraKey> of(String name) {
    Matcher ending = ENDING.matcher(name);
    if (!ending.find()) {
      return Optional.empty();
    }
    String place = name.substring(0, ending.start());
    place = place.startsWith(OF_PEFT) ? place.substring(OF_PEFT.length()) : place;
    Part part = Part.UNET; // the first files of diffusers and those of peft name no other
    for (Map.Entry<String, Part> beginning : BEGINNINGS) {
      if (place.startsWith(beginning.getKey())) {
        part = beginning.getValue();
        place = place.substring(beginning.getKey().length());
        break;
      }
    }
    return Optional.of(
        new LoraKey(part, underscored(place.replace(OF_PROCESSORS, "")), role(ending)));
  }

  private static Role role(Matcher ending) {
    if (ending.group(2) != null) {
      return Role.ALPHA;
    }
    boolean down = ending.group(1).equals("A") || ending.group(1).equals("down");
    return down ? Role.DOWN : Role.UP;
  }

  /** A place as all of these names can tell it. */
  static String underscored(String place) {
    return place.replace('.', '_');
  }

  /** The layers that a name may mean, the likeliest first. */
  static List<String> meanings(String layer) {
    String now = layer.replaceAll("_self_attn_to_(q|k|v|out)$", "_self_attn_$1_proj");
    return List.of(now, now + "_0", "text_model_" + now); // to_out was one layer, and is two
  }
}
