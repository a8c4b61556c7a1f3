package brume.diffusion.network;

import brume.diffusion.settings.SettingException;

/** What the settings of the U-Nets of EDM2 have in common. */
final class KarrasUnets {

  static final String TIME_SCALE =
      "What times are multiplied by: 0.001 for steps, 1 for processes that tell log-sigma over 4.";

  private KarrasUnets() {}

  /** Refuses a side that cannot be halved so often. */
  static void requireHalving(int side, int halvings) {
    SettingException.unless(
        halvings < Integer.SIZE - 1 && side % (1 << halvings) == 0,
        "{halvings}: expected at most %d, as %d cannot be halved more often, got %d; give fewer"
            + " {halvings}, or data whose sizes are multiples of 2 to that power",
        Integer.numberOfTrailingZeros(side),
        side,
        halvings);
  }

  /** Refuses pictures. */
  static void requireSequences(Task task) {
    SettingException.unless(
        task.height() == 1,
        "{network}: expected another one for pictures, karras1d is for sequences, got pictures of %dx%d; give it"
            + " {data} such as toy:waves or a file of series",
        task.height(),
        task.width());
  }

  /** Refuses numbers that the network refuses, too, by the names of the settings. */
  static void requireFitting(int dim, int dimMax, int fourierDim, double timeScale) {
    SettingException.unless(
        dimMax >= dim, "{dimMax}: expected {dim} or more, %d, got %d", dim, dimMax);
    SettingException.unless(
        fourierDim % 2 == 0, "{fourierDim}: expected an even number, got %d", fourierDim);
    SettingException.unless(
        timeScale > 0, "{timeScale}: expected a number above 0, got %s", timeScale);
  }
}
