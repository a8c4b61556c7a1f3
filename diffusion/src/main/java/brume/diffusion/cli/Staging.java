package brume.diffusion.cli;

import brume.diffusion.exchange.UnclipFolder;
import brume.diffusion.exchange.UnclipFolder.Ways;
import brume.diffusion.pipeline.Unclip;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options of the stages before and behind the one that draws a picture, for folders of unCLIP. The
 * options of sampling are of the stage between.
 */
final class Staging {

  @Option(
      names = "--prior-steps",
      paramLabel = "N",
      description =
          "With --prompt and a folder of unCLIP: steps in which the vector of the picture is"
              + " drawn. Default: 25.")
  private @Nullable Integer priorSteps;

  @Option(
      names = "--prior-guidance",
      paramLabel = "SCALE",
      description =
          "With --prompt and a folder of unCLIP: how far the vector of the picture is led to the"
              + " text; 1 for not at all. Default: 4.")
  private @Nullable Double priorScale;

  @Option(
      names = "--enlarging-steps",
      paramLabel = "N",
      description =
          "With --prompt and a folder of unCLIP: steps in which the picture is drawn large."
              + " Default: 7.")
  private @Nullable Integer enlargingSteps;

  /** The first option that is given, or none. */
  String given() {
    Map<String, Boolean> all = new LinkedHashMap<>();
    all.put("--prior-steps", priorSteps != null);
    all.put("--prior-guidance", priorScale != null);
    all.put("--enlarging-steps", enlargingSteps != null);
    return all.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** Refuses numbers out of range. */
  void check() {
    requirePositive("--prior-steps", priorSteps);
    requirePositive("--enlarging-steps", enlargingSteps);
    UsageException.unless(
        priorScale == null || priorScale >= 1 && priorScale <= 1000,
        "--prior-guidance: expected 1 to 1000, got " + priorScale);
  }

  private static void requirePositive(String option, @Nullable Integer steps) {
    UsageException.unless(
        steps == null || steps >= 1 && steps <= 1000,
        option + ": expected 1 to 1000, got " + steps);
  }

  /**
   * Loads a folder; the innermost scope owns its parameters.
   *
   * @param folder of unCLIP
   * @param decoder how small pictures are drawn
   * @param wishing what they shall show
   * @param random what is random in it
   */
  TextDrawing drawing(
      UnclipFolder folder, Recipe decoder, Wishing wishing, Randomness random, Device device)
      throws IOException {
    Ways ways = Unclip.checked(new Ways(
        with(folder.ways().prior(), priorSteps, priorScale),
        decoder,
        with(folder.ways().enlarging(), enlargingSteps, null)));
    Unclip pipeline = Unclip.open(folder, device);
    wishing.tellCut(pipeline.texts()::cut);
    Sampler small = decoder.sampler().create(decoder.reverse());
    Shape picture = Shape.of(folder.height(), folder.width(), folder.channels());
    Shape sampled = Shape.of(folder.side(), folder.side(), folder.channels());
    return new TextDrawing(
        pipeline.enlarging(small, ways, folder.height(), folder.width()),
        pipeline.asked(pipeline.words(wishing.prompts()), ways, random),
        Optional.empty(),
        sampled,
        drawn -> drawn,
        sampled,
        picture,
        Text.of(
            "%s %s, %s, %s",
            folder.folder().toAbsolutePath().normalize(),
            folder.written(),
            wishing.wish(),
            told(ways)));
  }

  private static Recipe with(Recipe own, @Nullable Integer steps, @Nullable Double scale) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    if (steps != null) {
      asked.putObject("sampler").put("steps", steps);
    }
    if (scale != null) {
      asked.putObject("guidance").put("scale", scale);
    }
    return Recipe.ENGINE.read(asked, own);
  }

  private static String told(Ways ways) {
    StringBuilder all = new StringBuilder();
    for (Recipe way : new Recipe[] {ways.prior(), ways.decoder(), ways.enlarging()}) {
      all.append(way.sampler())
          .append(' ')
          .append(way.clipping())
          .append(' ')
          .append(way.guidance())
          .append("; ");
    }
    return all.toString();
  }
}
