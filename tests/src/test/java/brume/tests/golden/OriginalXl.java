package brume.tests.golden;

import brume.tensor.Shape;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the parts of the tiny folder of Stable Diffusion XL into one file, under the names that the first program of XL
 * gave them. The places are those of a network of two levels of one block, of which the second one attends to words.
 */
final class OriginalXl {

  private static final String[][] UNET = {
    {"time_embedding.linear_1", "time_embed.0"},
    {"time_embedding.linear_2", "time_embed.2"},
    {"add_embedding.linear_1", "label_emb.0.0"},
    {"add_embedding.linear_2", "label_emb.0.2"},
    {"conv_in", "input_blocks.0.0"},
    {"down_blocks.0.resnets.0", "input_blocks.1.0"},
    {"down_blocks.0.downsamplers.0.conv", "input_blocks.2.0.op"},
    {"down_blocks.1.resnets.0", "input_blocks.3.0"},
    {"down_blocks.1.attentions.0", "input_blocks.3.1"},
    {"mid_block.resnets.0", "middle_block.0"},
    {"mid_block.attentions.0", "middle_block.1"},
    {"mid_block.resnets.1", "middle_block.2"},
    {"up_blocks.0.resnets.0", "output_blocks.0.0"},
    {"up_blocks.0.attentions.0", "output_blocks.0.1"},
    {"up_blocks.0.resnets.1", "output_blocks.1.0"},
    {"up_blocks.0.attentions.1", "output_blocks.1.1"},
    {"up_blocks.0.upsamplers.0.conv", "output_blocks.1.2.conv"},
    {"up_blocks.1.resnets.0", "output_blocks.2.0"},
    {"up_blocks.1.resnets.1", "output_blocks.3.0"},
    {"conv_norm_out", "out.0"},
    {"conv_out", "out.2"},
    {".norm1.", ".in_layers.0."},
    {".conv1.", ".in_layers.2."},
    {".time_emb_proj.", ".emb_layers.1."},
    {".norm2.", ".out_layers.0."},
    {".conv2.", ".out_layers.3."},
    {".conv_shortcut.", ".skip_connection."},
  };
  private static final String[][] AUTOENCODER = {
    {"encoder.down_blocks.0.resnets", "encoder.down.0.block"},
    {"encoder.down_blocks.0.downsamplers.0", "encoder.down.0.downsample"},
    {"encoder.down_blocks.1.resnets", "encoder.down.1.block"},
    {"decoder.up_blocks.0.resnets", "decoder.up.1.block"},
    {"decoder.up_blocks.0.upsamplers.0", "decoder.up.1.upsample"},
    {"decoder.up_blocks.1.resnets", "decoder.up.0.block"},
    {"mid_block.resnets.0", "mid.block_1"},
    {"mid_block.attentions.0", "mid.attn_1"},
    {"mid_block.resnets.1", "mid.block_2"},
    {"conv_norm_out", "norm_out"},
    {"conv_shortcut", "nin_shortcut"},
    {".group_norm.", ".norm."},
    {".to_q.", ".q."},
    {".to_k.", ".k."},
    {".to_v.", ".v."},
    {".to_out.0.", ".proj_out."},
  };
  private static final String[][] SECOND = {
    {"text_model.embeddings.token_embedding", "token_embedding"},
    {"text_model.embeddings.position_embedding.weight", "positional_embedding"},
    {"text_model.final_layer_norm", "ln_final"},
    {"text_model.encoder.layers", "transformer.resblocks"},
    {"layer_norm1", "ln_1"},
    {"layer_norm2", "ln_2"},
    {"mlp.fc1", "mlp.c_fc"},
    {"mlp.fc2", "mlp.c_proj"},
    {"self_attn.out_proj", "attn.out_proj"},
  };

  private OriginalXl() {}

  /** Writes the file. */
  static void write(Path folder, Path file) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    SafeTensors unet = SafeTensors.read(folder.resolve("unet/diffusion_pytorch_model.safetensors"));
    for (String name : unet.names()) {
      boolean ofBlock = name.contains("resnets.");
      String place = renamed(name, UNET, ofBlock ? UNET.length : 21); // others have such names, too
      add(writer, "model.diffusion_model." + place, unet, name);
    }
    SafeTensors autoencoder =
        SafeTensors.read(folder.resolve("vae/diffusion_pytorch_model.safetensors"));
    for (String name : autoencoder.names()) {
      String place = renamed(name, AUTOENCODER, AUTOENCODER.length);
      add(writer, "first_stage_model." + place, autoencoder, name);
    }
    SafeTensors first = SafeTensors.read(folder.resolve("text_encoder/model.safetensors"));
    for (String name : first.names()) {
      add(writer, "conditioner.embedders.0.transformer." + name, first, name);
    }
    addSecond(writer, SafeTensors.read(folder.resolve("text_encoder_2/model.safetensors")));
    writer.write(file);
  }

  private static String renamed(String name, String[][] names, int count) {
    String other = name;
    for (int i = 0; i < count; i++) {
      other = other.replace(names[i][0], names[i][1]);
    }
    return other;
  }

  private static void add(SafeTensorsWriter writer, String to, SafeTensors from, String name) {
    writer.add(to, from.shape(name), from.floats(name));
  }

  /** OpenCLIP has questions, keys and values in one tensor, and multiplies with the projection from the right. */
  private static void addSecond(SafeTensorsWriter writer, SafeTensors from) {
    String before = "conditioner.embedders.1.model.";
    Map<String, List<String>> joined = new TreeMap<>();
    for (String name : from.names()) {
      String place = before + renamed(name, SECOND, SECOND.length);
      if (name.equals("text_projection.weight")) {
        int[] shape = from.shape(name);
        writer.add(
            before + "text_projection",
            new int[] {shape[1], shape[0]},
            transposed(from.floats(name), shape[0], shape[1]));
      } else if (place.matches(".*self_attn\\.[qkv]_proj\\..*")) {
        String of = place.replaceAll("self_attn\\.[qkv]_proj\\.", "attn.in_proj_");
        joined.computeIfAbsent(of, key -> new ArrayList<>()).add(name);
      } else {
        add(writer, place, from, name);
      }
    }
    joined.forEach((place, names) -> {
      List<String> ordered = List.of("q_proj", "k_proj", "v_proj").stream()
          .map(part ->
              names.stream().filter(name -> name.contains(part)).findFirst().orElseThrow())
          .toList();
      int[] shape = from.shape(ordered.get(0)).clone();
      int size = Shape.product(shape);
      float[] all = new float[3 * size];
      for (int i = 0; i < 3; i++) {
        System.arraycopy(from.floats(ordered.get(i)), 0, all, i * size, size);
      }
      shape[0] *= 3;
      writer.add(place, shape, all);
    });
  }

  private static float[] transposed(float[] matrix, int rows, int columns) {
    float[] turned = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      turned[i % columns * rows + i / columns] = matrix[i];
    }
    return turned;
  }
}
