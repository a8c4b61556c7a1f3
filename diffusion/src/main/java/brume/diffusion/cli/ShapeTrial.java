package brume.diffusion.cli;

import brume.diffusion.data.CaptionedPicture;
import brume.diffusion.data.PictureExhibit;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.data.shapes.Judgement;
import brume.diffusion.data.shapes.ShapeJudge;
import brume.diffusion.data.shapes.ShapePrompt;
import brume.diffusion.data.shapes.ShapePrompts;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges pictures of shapes one by one: a picture each that is drawn of texts, such as training shows and such
 * as it never shows, or those of a folder.
 *
 * @param of texts of either kind
 * @param trials what came of them, by the names of the kinds
 */
record ShapeTrial(int of, Map<String, Trial> trials) {

  private static final int SHOWN = 64; // pictures
  private static final int ROWS = 8;
  private static final List<Combinations> KINDS =
      List.of(Combinations.SEEN, Combinations.HELD_BACK);

  /**
   * Texts of one kind.
   *
   * @param named pictures in which everything that is named is there, and nothing else
   * @param all pictures in which sizes and places are right, too
   * @param drawn (N, side, side, 3) the pictures in [0, 1]; empty of a folder
   */
  @SuppressWarnings("ArrayRecordComponent") // shown, never compared
  record Trial(int named, int all, float[] drawn) {}

  /**
   * Draws and judges.
   *
   * @param model draws what texts say
   * @param recipe of the model, of square pictures of shapes
   * @param of texts of either kind
   * @param seed of the samples
   * @param device where the model is
   */
  static ShapeTrial of(Model model, Recipe recipe, int of, long seed, Device device) {
    Shape picture = recipe.data().shape();
    UsageException.unless(
        model.encoders().readsTexts() && picture.dim(0) == picture.dim(1) && picture.dim(2) == 3,
        "--metric: expected shapes with a run that draws them as texts say, got one that does not");
    Map<String, Trial> trials = new LinkedHashMap<>();
    Drawing drawing = model.drawing(recipe, seed, Drawing.usualBatch(recipe.sampled()));
    for (Combinations kind : KINDS) {
      List<ShapePrompt> prompts = ShapePrompts.of(kind, of);
      List<String> texts = prompts.stream().map(ShapePrompt::text).toList();
      Asked asked = Asked.told(model, recipe, texts, Collections.nCopies(texts.size(), ""), seed);
      long total = drawing.stepsFor(asked.choice(), SampleNumbers.first(of), 0);
      try (TerminalProgress progress = new TerminalProgress("judging", 0, total)) {
        float[] drawn = drawing.draw(
            asked, device, of, (step, all, first, x) -> progress.evenlyAt(step, name(kind)));
        trials.put(name(kind), judged(prompts, drawn, picture));
      }
    }
    return new ShapeTrial(of, trials);
  }

  /**
   * Judges pictures by the texts that lie beside them.
   *
   * @param pictures square ones, of shapes
   * @throws IOException if a picture is not square, too small or too large, or its text no text of shapes
   */
  static ShapeTrial of(List<CaptionedPicture> pictures) throws IOException {
    int named = 0, all = 0;
    for (CaptionedPicture each : pictures) {
      Judgement judgement = judged(each);
      named += judgement.named() ? 1 : 0;
      all += judgement.all() ? 1 : 0;
    }
    return new ShapeTrial(
        pictures.size(), Map.of("of the folder", new Trial(named, all, new float[0])));
  }

  private static Judgement judged(CaptionedPicture each) throws IOException {
    Picture picture = each.picture();
    try {
      ShapeJudge judge = ShapeJudge.of(picture.height());
      if (picture.width() != picture.height()) {
        throw new IOException(Text.of(
            "%s: expected a square picture of shapes, got one of %dx%d (height x width)",
            each.name(), picture.height(), picture.width()));
      }
      byte[] levels = picture.toBytes();
      float[] values = new float[levels.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (levels[i] & 0xFF) / 255f;
      }
      return judge.judge(values, ShapePrompt.of(each.text()).wanted());
    } catch (IllegalArgumentException other) {
      throw new IOException(each.name() + ": " + other.getMessage(), other);
    }
  }

  private static Trial judged(List<ShapePrompt> prompts, float[] drawn, Shape picture) {
    ShapeJudge judge = ShapeJudge.of(picture.dim(0));
    int named = 0, all = 0, size = picture.size();
    for (int i = 0; i < prompts.size(); i++) {
      Judgement judgement = judge.judge(
          Arrays.copyOfRange(drawn, i * size, (i + 1) * size), prompts.get(i).wanted());
      named += judgement.named() ? 1 : 0;
      all += judgement.all() ? 1 : 0;
    }
    return new Trial(named, all, drawn);
  }

  private static String name(Combinations kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What to tell programs. */
  ObjectNode report() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("metric", "shapes");
    report.put("texts", of);
    trials.forEach((kind, trial) ->
        report.putObject(kind).put("named", trial.named()).put("withSizesAndPlaces", trial.all()));
    return report;
  }

  /** What to tell people. */
  String table() {
    StringBuilder table = new StringBuilder(
        "| texts | everything named is there, and nothing else | sizes and places, too |\n| --- | --- | --- |\n");
    trials.forEach((kind, trial) -> table.append(
        Text.of("| %s | %d of %d | %d of %d |\n", kind, trial.named(), of, trial.all(), of)));
    return table.toString();
  }

  /** Writes eval.json and, of a model, a picture of the first that were drawn of either kind; tells the files. */
  String write(Path folder, @Nullable Recipe recipe) throws IOException {
    SettingsFile.write(folder.resolve("eval.json"), report());
    if (recipe == null) {
      return "eval.json";
    }
    PictureExhibit exhibit = new PictureExhibit(recipe.data().shape(), ROWS);
    for (Map.Entry<String, Trial> each : trials.entrySet()) {
      float[] drawn = each.getValue().drawn();
      int some = Math.min(SHOWN * recipe.data().shape().size(), drawn.length);
      exhibit.write(
          folder.resolve(Text.of("eval-%s.png", each.getKey().replace(' ', '-'))),
          Arrays.copyOf(drawn, some));
    }
    return "eval.json, eval-seen.png and eval-held-back.png";
  }
}
