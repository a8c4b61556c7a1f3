package brume.diffusion.cli;

import brume.diffusion.data.PictureSize;
import brume.diffusion.settings.SettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what a network is told of the sizes of pictures, as that of Stable Diffusion XL is. */
final class ToldSizes {

  private static final Pattern CORNER = Pattern.compile("(\\d{1,6})\\s*,\\s*(\\d{1,6})");

  @Option(
      names = "--original-size",
      paramLabel = "SIZE",
      description =
          "With --prompt and a folder of Stable Diffusion XL: the size that the picture is to look"
              + " as if it had been cut from, as 1024 or 768x1024. Default: its own.")
  private @Nullable String original;

  @Option(
      names = "--crop",
      paramLabel = "TOP,LEFT",
      description =
          "With --prompt and a folder of Stable Diffusion XL: the corner that it is to look as if"
              + " it had been cut at, in pixels. Default: 0,0.")
  private @Nullable String corner;

  @Option(
      names = "--target-size",
      paramLabel = "SIZE",
      description =
          "With --prompt and a folder of Stable Diffusion XL: the size that the network is told it"
              + " draws. Default: its own.")
  private @Nullable String target;

  /** The first option that is given, or none. */
  String given() {
    return original != null
        ? "--original-size"
        : corner != null ? "--crop" : target != null ? "--target-size" : "";
  }

  /** Original height and width, top, left, and height and width of the picture. */
  List<Integer> of(PictureSize drawn) {
    List<Integer> all = new ArrayList<>(sides("--original-size", original, drawn));
    if (corner == null) {
      all.addAll(List.of(0, 0));
    } else {
      Matcher numbers = CORNER.matcher(corner.strip());
      UsageException.unless(
          numbers.matches(), "--crop: expected two numbers of pixels as 0,64, got " + corner);
      all.add(Integer.valueOf(numbers.group(1)));
      all.add(Integer.valueOf(numbers.group(2)));
    }
    all.addAll(sides("--target-size", target, drawn));
    return all;
  }

  private static List<Integer> sides(String option, @Nullable String given, PictureSize usual) {
    try {
      PictureSize size = given == null ? usual : PictureSize.parse(given);
      return List.of(size.height(), size.width());
    } catch (SettingException wrong) {
      throw new UsageException(option + ": " + wrong.getMessage());
    }
  }
}
