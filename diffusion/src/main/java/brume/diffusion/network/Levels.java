package brume.diffusion.network;

import brume.diffusion.settings.SettingException;
import java.util.Collections;
import java.util.List;

/** What settings of levels, each of half the resolution of the one before, must obey. */
final class Levels {

  private Levels() {}

  /** Refuses pictures whose sides cannot be halved at every level but the last. */
  static void requireHalving(Task task, String setting, int levels) {
    requireHalving(task.height(), setting, levels);
    requireHalving(task.width(), setting, levels);
  }

  /** Refuses a side that cannot be halved at every level but the last. */
  static void requireHalving(int side, String setting, int levels) {
    int factor = 1 << (levels - 1);
    SettingException.unless(
        side % factor == 0,
        "{%1$s}: expected at most %2$d levels, as %3$d pixels cannot be halved more often, got %4$d; give fewer"
            + " {%1$s}, or data whose sides are multiples of %5$d times {patch}",
        setting,
        Integer.numberOfTrailingZeros(side) + 1,
        side,
        levels,
        factor);
  }

  /** Refuses groups that do not divide the channels. */
  static void requireGroups(String setting, int channels, int groups) {
    SettingException.unless(
        channels % groups == 0,
        "{groups}: expected a number that divides {%1$s} %2$d, got %3$d; choose a {%1$s} that is a multiple of"
            + " {groups}",
        setting,
        channels,
        groups);
  }

  /** One value for each level, from one for all or one for each. */
  static <T> List<T> each(String setting, List<T> values, int levels) {
    SettingException.unless(
        values.size() == 1 || values.size() == levels,
        "{%s}: expected one value, or one for each of the %d levels, got %d",
        setting,
        levels,
        values.size());
    return values.size() == 1 ? Collections.nCopies(levels, values.get(0)) : values;
  }
}
