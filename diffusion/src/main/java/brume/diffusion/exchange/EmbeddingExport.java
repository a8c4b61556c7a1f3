package brume.diffusion.exchange;

import brume.diffusion.network.InversionSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.nn.NewWord;
import brume.tensor.Text;
import brume.tensor.io.Durable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the word that a run has learned as diffusers reads it. */
public final class EmbeddingExport {

  private EmbeddingExport() {}

  /**
   * Writes a folder with {@link EmbeddingFile#NAME}.
   *
   * @param recipe of the run
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written
   * @throws IllegalArgumentException if the run learned no word
   */
  public static List<String> write(Recipe recipe, Path weights, Path folder) throws IOException {
    if (!(recipe.network() instanceof InversionSettings learned)) {
      throw new SettingException("{network}: expected inversion, got "
          + Networks.CATALOG.of(recipe.network()).name());
    }
    int towers = learned.begins().size();
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < towers; i++) {
      names.put(NewWord.name(i), EmbeddingFile.tensor(learned.word(), i, towers));
    }
    Export.requireEmpty(folder);
    Durable.createFolders(folder);
    Export.copy(
        weights,
        folder.resolve(EmbeddingFile.NAME),
        names.keySet(),
        names::get,
        EmbeddingFile.metadata(learned.word()));
    return List.of(
        "it is a word for the text encoders of " + learned.from(), python(learned.word(), towers));
  }

  private static String python(String word, int towers) {
    List<String> calls = new ArrayList<>();
    if (towers == 1) {
      calls.add("pipeline.load_textual_inversion(folder)");
    }
    for (int i = 0; towers > 1 && i < towers; i++) {
      String number = i == 0 ? "" : "_" + (i + 1);
      calls.add(Text.of(
          "pipeline.load_textual_inversion(load_file(file)[\"%1$s\"], token=\"%2$s\","
              + " text_encoder=pipeline.text_encoder%3$s, tokenizer=pipeline.tokenizer%3$s)",
          EmbeddingFile.tensor(word, i, towers), word, number));
    }
    return "in Python: " + String.join("; ", calls);
  }
}
