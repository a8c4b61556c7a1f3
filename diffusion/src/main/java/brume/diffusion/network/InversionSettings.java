package brume.diffusion.network;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.nn.Inverted;
import brume.nn.Network;
import brume.nn.NewWord;
import brume.nn.Parameters;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The networks of a folder of diffusers that stay as they are, and a word of its text encoders that learns what pictures
 * have in common.
 *
 * @param from the folder
 * @param word such as {@code <my-cat>}, which is no word yet
 * @param initial a word of the folder with whose vector it begins
 * @param vectors how many tokens the word is
 * @param teaches what pictures have in common
 * @param begins of each text encoder the number of the token of {@code initial}; empty until it is looked up
 */
public record InversionSettings(
    @About(
            value = "Folder of diffusers, of Stable Diffusion 1, 2 or XL, that is taught a word.",
            optional = true,
            option = "token-from")
        String from,
    @About(
            value = "The word, such as <my-cat>, as prompts will call it.",
            optional = true,
            option = "token")
        String word,
    @About(
            value = "A word that the folder knows, with whose vector the new one begins.",
            optional = true,
            option = "initial-word")
        String initial,
    @About(value = "Vectors of the word: tokens of a text that it takes.", min = 1, max = 75)
        int vectors,
    @About("What the pictures have in common: an object, or a style.") Teaches teaches,
    @About(
            value = "Token of the initial word, in each text encoder.",
            fileOnly = true,
            optional = true)
        List<Integer> begins)
    implements NetworkSettings {

  /** What a word may mean. */
  public enum Teaches {
    /** What is seen. */
    OBJECT(
        "a photo of a %s",
        "a rendering of a %s",
        "a cropped photo of the %s",
        "the photo of a %s",
        "a photo of a clean %s",
        "a photo of a dirty %s",
        "a dark photo of the %s",
        "a photo of my %s",
        "a photo of the cool %s",
        "a close-up photo of a %s",
        "a bright photo of the %s",
        "a cropped photo of a %s",
        "a photo of the %s",
        "a good photo of the %s",
        "a photo of one %s",
        "a close-up photo of the %s",
        "a rendition of the %s",
        "a photo of the clean %s",
        "a rendition of a %s",
        "a photo of a nice %s",
        "a good photo of a %s",
        "a photo of the nice %s",
        "a photo of the small %s",
        "a photo of the weird %s",
        "a photo of the large %s",
        "a photo of a cool %s",
        "a photo of a small %s"),
    /** How it is drawn. */
    STYLE(
        "a painting in the style of %s",
        "a rendering in the style of %s",
        "a cropped painting in the style of %s",
        "the painting in the style of %s",
        "a clean painting in the style of %s",
        "a dirty painting in the style of %s",
        "a dark painting in the style of %s",
        "a picture in the style of %s",
        "a cool painting in the style of %s",
        "a close-up painting in the style of %s",
        "a bright painting in the style of %s",
        "a good painting in the style of %s",
        "a rendition in the style of %s",
        "a nice painting in the style of %s",
        "a small painting in the style of %s",
        "a weird painting in the style of %s",
        "a large painting in the style of %s");

    private final List<String> texts;

    Teaches(String... texts) {
      this.texts = List.of(texts);
    }
  }

  /** Copies the list. {@inheritDoc} */
  public InversionSettings {
    begins = List.copyOf(begins);
  }

  /**
   * A word for an object that is one token.
   *
   * @param from the folder; empty if that is not known yet
   * @param word to be learned; empty if that is not known yet
   * @param initial a word of the folder; empty if that is not known yet
   * @return the settings
   */
  public static InversionSettings of(String from, String word, String initial) {
    return new InversionSettings(from, word, initial, 1, Teaches.OBJECT, List.of());
  }

  /**
   * The same, with the word with which it begins looked up.
   *
   * @param tokens of each text encoder
   * @return the settings
   */
  public InversionSettings beginningWith(List<Integer> tokens) {
    return new InversionSettings(from, word, initial, vectors, teaches, tokens);
  }

  @Override
  public Network create(Task task, Device device, RandomKey key) {
    requireFitting(task);
    Path folder = Path.of(from);
    try {
      Pretrained model = Pretrained.at(folder);
      LoraSettings.requireSame(folder, model.unet(), task);
      try (Parameters.Freeze freeze = Parameters.freeze()) {
        return new Inverted(model.network(device), begun(model, device));
      }
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
  }

  private NewWord begun(Pretrained model, Device device) throws IOException {
    SettingException.unless(
        begins.size() == model.towers(),
        "{begins}: expected a token for each of %d text encoders, which Encoders.resolved looks up, got %d",
        model.towers(),
        begins.size());
    List<Tensor> rows = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      int[] tokens = new int[vectors];
      Arrays.fill(tokens, begins.get(i));
      try (Scope tower = Scope.open()) {
        Tensor begin = model.tower(i, device).rows(tokens);
        tower.keep(begin);
        rows.add(begin);
      }
    }
    return NewWord.beginning(word, rows);
  }

  @Override
  public void requireFitting(Task task) {
    requireNamed();
  }

  /**
   * Refuses settings that do not say which word of which folder learns.
   *
   * @throws IllegalArgumentException with the setting that is missing
   */
  public void requireNamed() {
    SettingException.unless(
        !from.isBlank(),
        "{from}: expected the folder of a model of diffusers that is taught a word, got none");
    SettingException.unless(
        !word.isBlank(), "{word}: expected the word that is learned, such as <my-cat>, got none");
    SettingException.unless(
        !initial.isBlank(),
        "{initial}: expected a word that the folder knows, with which {word} begins, got none");
  }

  @Override
  public List<String> says() {
    return teaches.texts.stream().map(text -> text.replace("%s", word)).toList();
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
    return "word of a text encoder";
  }
}
