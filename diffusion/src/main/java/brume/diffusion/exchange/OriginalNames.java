package brume.diffusion.exchange;

import brume.nn.NamedParameter;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Parameters under the names that the first checkpoints of Stable Diffusion have, all parts in one file.
 * The beginnings {@code model.diffusion_model.} and {@code first_stage_model.} are left to {@link
 * StoredWeights}, which finds them.
 */
final class OriginalNames {

  private static final Map<String, String> OF_BLOCKS = Map.of(
      "norm1", "in_layers.0",
      "conv1", "in_layers.2",
      "time_emb_proj", "emb_layers.1",
      "norm2", "out_layers.0",
      "conv2", "out_layers.3",
      "conv_shortcut", "skip_connection");
  private static final Map<String, String> OF_ATTENTION = Map.of(
      "group_norm", "norm",
      "to_q", "q",
      "to_k", "k",
      "to_v", "v",
      "to_out.0", "proj_out");

  private OriginalNames() {}

  /** The parameters of a U-Net, whose blocks are numbered one after the other. */
  static List<NamedParameter> of(UNet2DCondition network) {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("time_embedding.linear_1", "time_embed.0");
    places.put("time_embedding.linear_2", "time_embed.2");
    for (String told : List.of("class_embedding", "add_embedding")) {
      places.put(told + ".linear_1", "label_emb.0.0");
      places.put(told + ".linear_2", "label_emb.0.2");
      places.put(told, "label_emb");
    }
    places.put("conv_in", "input_blocks.0.0");
    places.put("conv_norm_out", "out.0");
    places.put("conv_out", "out.2");
    places.put("mid_block.resnets.0", "middle_block.0");
    places.put("mid_block.attentions.0", "middle_block.1");
    places.put("mid_block.resnets.1", "middle_block.2");
    addWays(network.config().levels(), places);
    return renamed(network.parameters(), name -> {
      String place = placed(name, places);
      boolean block = name.contains("resnets.");
      return block ? withPart(place, OF_BLOCKS) : place;
    });
  }

  private static void addWays(List<Level> levels, Map<String, String> places) {
    int count = levels.size(), down = 1, up = 0;
    for (int i = 0; i < count; i++) {
      String way = "down_blocks." + i;
      for (int j = 0; j < levels.get(i).blocks(); j++, down++) {
        places.put(way + ".resnets." + j, "input_blocks." + down + ".0");
        places.put(way + ".attentions." + j, "input_blocks." + down + ".1");
      }
      if (i < count - 1) {
        places.put(way + ".downsamplers.0.conv", "input_blocks." + down + ".0.op");
        down++;
      }
    }
    for (int i = 0; i < count; i++) {
      String way = "up_blocks." + i;
      Level level = levels.get(count - 1 - i);
      for (int j = 0; j <= level.blocks(); j++, up++) {
        places.put(way + ".resnets." + j, "output_blocks." + up + ".0");
        places.put(way + ".attentions." + j, "output_blocks." + up + ".1");
      }
      int behind = level.up() == Kind.CROSS ? 2 : 1; // the doubling stands in the last block
      places.put(way + ".upsamplers.0.conv", "output_blocks." + (up - 1) + "." + behind + ".conv");
    }
  }

  /** The parameters of an autoencoder, whose decoder counts its levels from the finest. */
  static List<NamedParameter> of(AutoencoderKL network) {
    int count = network.config().coder().widths().size();
    Map<String, String> places = new LinkedHashMap<>();
    for (String half : List.of("encoder", "decoder")) {
      places.put(half + ".conv_norm_out", half + ".norm_out");
      places.put(half + ".mid_block.resnets.0", half + ".mid.block_1");
      places.put(half + ".mid_block.attentions.0", half + ".mid.attn_1");
      places.put(half + ".mid_block.resnets.1", half + ".mid.block_2");
    }
    for (int i = 0; i < count; i++) {
      String down = "encoder.down_blocks." + i, up = "decoder.up_blocks." + i;
      String level = "decoder.up." + (count - 1 - i);
      for (int j = 0; j <= network.config().coder().blocks(); j++) {
        places.put(down + ".resnets." + j, "encoder.down." + i + ".block." + j);
        places.put(up + ".resnets." + j, level + ".block." + j);
      }
      places.put(down + ".downsamplers.0.conv", "encoder.down." + i + ".downsample.conv");
      places.put(up + ".upsamplers.0.conv", level + ".upsample.conv");
    }
    return renamed(network.parameters(), name -> {
      String place = placed(name, places).replace("conv_shortcut", "nin_shortcut");
      return name.contains("attentions.") ? withPart(place, OF_ATTENTION) : place;
    });
  }

  /** A name with another beginning, if it has one of those. */
  private static String placed(String name, Map<String, String> places) {
    for (Map.Entry<String, String> place : places.entrySet()) {
      if (name.startsWith(place.getKey() + ".")) {
        return place.getValue() + name.substring(place.getKey().length());
      }
    }
    return name;
  }

  /** A name with another word before its last, if it is one of those. */
  private static String withPart(String name, Map<String, String> parts) {
    int last = name.lastIndexOf('.');
    String before = name.substring(0, last);
    for (Map.Entry<String, String> part : parts.entrySet()) {
      if (before.endsWith("." + part.getKey())) {
        return before.substring(0, before.length() - part.getKey().length())
            + part.getValue()
            + name.substring(last);
      }
    }
    return name;
  }

  private static List<NamedParameter> renamed(
      List<NamedParameter> parameters, UnaryOperator<String> name) {
    List<NamedParameter> renamed = new ArrayList<>();
    for (NamedParameter parameter : parameters) {
      renamed.add(new NamedParameter(
          name.apply(parameter.path()), parameter.variable(), parameter.layout()));
    }
    return renamed;
  }
}
