package brume.diffusion.cli;

import brume.diffusion.data.PictureExhibit;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.data.shapes.Judgement;
import brume.diffusion.data.shapes.ShapeJudge;
import brume.diffusion.data.shapes.ShapePrompt;
import brume.diffusion.data.shapes.ShapePrompts;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws texts of shapes, such as training shows and such as it never shows, one picture of each, and judges
 * them one by one.
 *
 * @param of texts of either kind
 * @param trials what came of them
 */
record ShapeTrial(int of, Map<Combinations, Trial> trials) {

  private static final int SHOWN = 64; // pictures
  private static final int ROWS = 8;
  private static final List<Combinations> KINDS =
      List.of(Combinations.SEEN, Combinations.HELD_BACK);

  /**
   * Texts of one kind.
   *
   * @param named pictures in which everything that is named is there, and nothing else
   * @param all pictures in which sizes and places are right, too
   * @param drawn (N, side, side, 3) the pictures in [0, 1]
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
    Map<Combinations, Trial> trials = new EnumMap<>(Combinations.class);
    Drawing drawing = model.drawing(recipe, seed, Drawing.usualBatch(recipe.sampled()));
    long each =
        (of + drawing.batch() - 1) / drawing.batch() * (long) drawing.sampler().steps();
    try (TerminalProgress progress = new TerminalProgress("judging", 0, KINDS.size() * each)) {
      for (Combinations kind : KINDS) {
        List<ShapePrompt> prompts = ShapePrompts.of(kind, of);
        List<String> texts = prompts.stream().map(ShapePrompt::text).toList();
        Asked asked = Asked.told(model, recipe, texts, Collections.nCopies(texts.size(), ""), seed);
        long before = trials.size() * each;
        float[] drawn = drawing.draw(
            asked,
            device,
            of,
            (step, all, first, x) -> progress.evenlyAt(before + step, name(kind)));
        trials.put(kind, judged(prompts, drawn, picture));
      }
    }
    return new ShapeTrial(of, trials);
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
    trials.forEach((kind, trial) -> report
        .putObject(name(kind))
        .put("named", trial.named())
        .put("withSizesAndPlaces", trial.all()));
    return report;
  }

  /** What to tell people. */
  String table() {
    StringBuilder table = new StringBuilder(
        "| texts | everything named is there, and nothing else | sizes and places, too |\n| --- | --- | --- |\n");
    trials.forEach((kind, trial) -> table.append(
        Text.of("| %s | %d of %d | %d of %d |\n", name(kind), trial.named(), of, trial.all(), of)));
    return table.toString();
  }

  /** Writes eval.json and a picture of the first of either kind. */
  void write(Path folder, Recipe recipe) throws IOException {
    SettingsFile.write(folder.resolve("eval.json"), report());
    PictureExhibit exhibit = new PictureExhibit(recipe.data().shape(), ROWS);
    for (Map.Entry<Combinations, Trial> each : trials.entrySet()) {
      float[] drawn = each.getValue().drawn();
      int some = Math.min(SHOWN * recipe.data().shape().size(), drawn.length);
      exhibit.write(
          folder.resolve(Text.of("eval-%s.png", name(each.getKey()).replace(' ', '-'))),
          Arrays.copyOf(drawn, some));
    }
  }
}
