package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.diffusion.network.Pretrained;
import brume.diffusion.settings.SettingException;
import brume.nn.Adapters;
import brume.nn.Context;
import brume.nn.NewWord;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/**
 * The text encoders of a folder, as a run that learns with them asks them. XL is told besides that pictures
 * were as large as they are, and never cut.
 *
 * @param encoding from texts to what is said
 * @param channels of what is said of a word
 * @param pictures (H, W, C) of the run
 */
record PretrainedTexts(TextEncoding encoding, int channels, Shape pictures) implements TextEncoder {

  /**
   * Loads them.
   *
   * @param model the folder
   * @param pictures (H, W, C) of the run
   * @param device where they are to live, owned by the innermost scope
   * @throws IOException if something is missing or damaged
   */
  static PretrainedTexts open(Pretrained model, Shape pictures, Device device) throws IOException {
    return new PretrainedTexts(TextEncoding.open(model, device), model.tokenChannels(), pictures);
  }

  @Override
  public Context said(List<String> texts) {
    Context said = encoding.encode(texts, texts, 0);
    return encoding.goesWithSizes()
        ? withSizes(encoding.zeros() ? silent(said, texts) : said)
        : said;
  }

  @Override
  public TextEncoder with(NewWord word) {
    return new PretrainedTexts(encoding.with(word), channels, pictures);
  }

  @Override
  public TextEncoder with(List<Adapters> adapters) {
    try {
      return new PretrainedTexts(encoding.with(adapters), channels, pictures);
    } catch (Adapters.MissingLayerException missing) {
      throw new SettingException(
          "{network.textLayers}: expected names of linear layers of each text encoder, such as q_proj, got "
              + missing.layer());
    }
  }

  /** With zeros of empty texts, as the network was told of none. */
  private static Context silent(Context said, List<String> texts) {
    int count = texts.size();
    int[] rows = new int[count];
    for (int n = 0; n < count; n++) {
      rows[n] = texts.get(n).isEmpty() ? count : n;
    }
    Context more = Context.of(withZeros(said.tokens()));
    return said.vector()
        .map(each -> more.withVector(withZeros(each)))
        .orElse(more)
        .rows(rows);
  }

  /** One row of zeros behind all. */
  private static Variable withZeros(Variable rows) {
    return concatenate(0, rows, scale(slice(rows, 0, 0, 1), 0));
  }

  private Context withSizes(Context said) {
    int height = pictures.dim(0), width = pictures.dim(1);
    List<Integer> each = List.of(height, width, 0, 0, height, width);
    return said.withNumbers(Collections.nCopies(said.tokens().shape().dim(0), each).stream()
        .flatMap(List::stream)
        .mapToDouble(number -> number)
        .toArray());
  }

  @Override
  public int cut(String text) {
    return encoding.cut(text);
  }
}
