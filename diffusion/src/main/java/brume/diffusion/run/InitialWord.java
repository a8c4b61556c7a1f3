package brume.diffusion.run;

import brume.diffusion.network.InversionSettings;
import brume.diffusion.network.Pretrained;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.diffusion.text.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks up the word with which another begins that is learned. */
final class InitialWord {

  private InitialWord() {}

  /**
   * A recipe with the tokens of the word spelled out.
   *
   * @param recipe of a run
   * @return the same if it learns no word, or the tokens are known
   * @throws IOException if the tokenizers of the folder cannot be read
   * @throws SettingException if the folder has the new word already, or the other one is not one token there
   */
  static Recipe resolved(Recipe recipe) throws IOException {
    if (!(recipe.network() instanceof InversionSettings word) || !word.begins().isEmpty()) {
      return recipe;
    }
    word.requireNamed();
    Pretrained folder = Pretrained.at(Path.of(word.from()));
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < folder.towers(); i++) {
      tokens.add(token(ClipTokenizer.open(folder.tokenizer(i)), word));
    }
    return recipe.with(word.beginningWith(tokens));
  }

  private static int token(ClipTokenizer tokenizer, InversionSettings word) {
    int there = tokenizer.tokens(word.word()).length;
    SettingException.unless(
        there > 1,
        "{word}: expected a new word, got %s, which the folder has already; choose one such as <my-cat>",
        word.word());
    int[] tokens = tokenizer.tokens(word.initial());
    SettingException.unless(
        tokens.length == 1,
        "{initial}: expected a word of one token, got %s, which is %d; choose a simpler word for the same",
        word.initial(),
        tokens.length);
    return tokens[0];
  }
}
