package brume.diffusion.cli;

import brume.diffusion.data.CaptionedPicture;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.exchange.ClipFolder;
import brume.diffusion.image.Picture;
import brume.diffusion.metric.ClipScore;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well pictures show what texts say, as a folder of CLIP sees them.
 *
 * @param clip where its folder is
 * @param of what is judged
 * @param score of each pair, and of all of them
 */
record ClipTrial(Path clip, String of, ClipScore score) {

  /** Pictures of a folder with their texts. */
  static ClipTrial of(Path clip, String place, List<CaptionedPicture> pairs, Device device)
      throws IOException {
    return of(
        clip,
        place,
        pairs.stream().map(CaptionedPicture::text).toList(),
        pairs.stream().map(CaptionedPicture::picture).toList(),
        device);
  }

  private static ClipTrial of(
      Path clip, String of, List<String> texts, List<Picture> pictures, Device device)
      throws IOException {
    ClipFolder folder = ClipFolder.open(clip, device);
    return new ClipTrial(
        clip, of, ClipScore.of(folder.ofTexts(texts), folder.ofPictures(pictures)));
  }

  /**
   * A picture that a model draws of each text.
   *
   * @param clip folder of CLIP
   * @param of what people call the model
   * @param model draws what texts say
   * @param recipe of the model, of pictures in colors
   * @param texts one or more
   * @param seed of the samples
   * @param device where the model is
   */
  static ClipTrial of(
      Path clip,
      String of,
      Model model,
      Recipe recipe,
      List<String> texts,
      long seed,
      Device device)
      throws IOException {
    Shape picture = recipe.data().shape();
    UsageException.unless(
        model.encoders().readsTexts() && picture.dim(2) == 3,
        "--metric: expected clip with a run that draws pictures in colors as texts say, got one that does not");
    Drawing drawing = model.drawing(recipe, seed, Drawing.usualBatch(recipe.sampled()));
    Asked asked = Asked.told(model, recipe, texts, Collections.nCopies(texts.size(), ""), seed);
    long total = drawing.stepsFor(asked.choice(), SampleNumbers.first(texts.size()), 0);
    try (TerminalProgress progress = new TerminalProgress("judging", 0, total)) {
      float[] drawn = drawing.draw(
          asked, device, texts.size(), (step, all, first, x) -> progress.evenlyAt(step, "drawing"));
      List<Picture> pictures =
          PictureTensor.toPictures(drawn, picture.dim(0), picture.dim(1), picture.dim(2));
      return of(clip, of, texts, pictures, device);
    }
  }

  /** What the first pictures of data show, one text of each. */
  static List<String> texts(Dataset data, int count) {
    UsageException.unless(
        data.captioned(),
        "--metric: expected clip with a run whose data have captions, got one without; name texts with --prompt");
    return IntStream.range(0, Math.min(count, data.size()))
        .mapToObj(index -> data.caption(index, 0))
        .toList();
  }

  /** What to tell programs. */
  ObjectNode report() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("metric", "clip").put("clip", clip.toString()).put("of", of);
    report
        .put("pictures", score.similarity().length)
        .put("score", score.mean())
        .put("precision", score.precision());
    ArrayNode each = report.putArray("scores");
    for (double one : score.scores()) {
      each.add(one);
    }
    return report;
  }

  /** What to tell people. */
  String table() {
    return Text.of(
        "| pictures | CLIP score | closest to their texts |\n| --- | --- | --- |\n| %d | %.2f | %.0f of 100 |\n",
        score.similarity().length, score.mean(), 100 * score.precision());
  }

  void write(Path folder) throws IOException {
    SettingsFile.write(folder.resolve("eval.json"), report());
  }
}
