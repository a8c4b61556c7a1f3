package brume.diffusion.exchange;

import brume.diffusion.network.Networks;
import brume.diffusion.network.TextRows;
import brume.diffusion.network.TowersSettings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.RunTokenizer;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes what a run has learned of pictures and texts as transformers reads it: a folder of {@code CLIPModel},
 * with its tokenizer, and with what is done to pictures.
 */
public final class TowersExport {

  private static final List<String> TOKENIZER =
      List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");
  private static final int COLORS = 3, BICUBIC = 3; // as Pillow numbers it
  private static final double MIDDLE = 0.5; // from [0, 1] to [−1, 1]

  private TowersExport() {}

  /**
   * Writes a folder.
   *
   * @param recipe of the run
   * @param run its folder, in which the tokenizer lies
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written, or the run has no tokenizer
   * @throws IllegalArgumentException if transformers has no such network
   */
  public static List<String> write(Recipe recipe, RunFolder run, Path weights, Path folder)
      throws IOException {
    if (!(recipe.network() instanceof TowersSettings network)) {
      throw new SettingException("{network}: expected clip for transformers, got "
          + Networks.CATALOG.of(recipe.network()).name());
    }
    TextRows rows = network.reads().orElseThrow();
    ObjectNode config = TextEncoderFile.tree(
        network.text(RunTokenizer.open(run, rows).end()), network.vision(recipe.task()));
    Export.requireEmpty(folder);
    Durable.createFolders(folder);
    copyTokenizer(run, folder);
    int channels = recipe.data().shape().dim(2);
    if (channels == COLORS) {
      SettingsFile.write(
          folder.resolve("preprocessor_config.json"),
          pictures(recipe.data().shape().dim(0)));
    }
    Export.copy(weights, folder.resolve(TextEncoderFile.WEIGHTS + ".safetensors"), name -> true);
    SettingsFile.write(folder.resolve(TextEncoderFile.CONFIG), config); // last: now it is one
    String call =
        "in Python: CLIPModel.from_pretrained(folder), CLIPTokenizer.from_pretrained(folder) with padding"
            + " max_length";
    return List.of(
        channels == COLORS
            ? call + ", CLIPImageProcessor.from_pretrained(folder)"
            : call + "; pictures are grey, from -1 for black to 1 for white");
  }

  /** What a run has learned of words, as transformers reads it. */
  static void copyTokenizer(RunFolder run, Path folder) throws IOException {
    for (String file : TOKENIZER) {
      Files.copy(run.tokenizer().resolve(file), folder.resolve(file));
    }
  }

  /** What is done to pictures: they get the size, and the range from −1 to 1. */
  private static ObjectNode pictures(int size) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("image_processor_type", "CLIPImageProcessor").put("do_convert_rgb", true);
    file.put("do_resize", true).put("resample", BICUBIC);
    file.putObject("size").put("height", size).put("width", size);
    file.put("do_center_crop", false);
    file.put("do_rescale", true).put("rescale_factor", 1.0 / 255);
    file.put("do_normalize", true);
    for (String name : List.of("image_mean", "image_std")) {
      ArrayNode each = file.putArray(name);
      for (int color = 0; color < COLORS; color++) {
        each.add(MIDDLE);
      }
    }
    return file;
  }
}
