package brume.diffusion.network;

import brume.diffusion.settings.SettingException;

/** What the settings of networks with tokens have in common. */
final class Transformers {

  private Transformers() {}

  /** Refuses pictures that are not made of whole squares. */
  static void requirePatches(Task task, int side) {
    SettingException.unless(
        task.height() % side == 0 && task.width() % side == 0,
        "{patchSize}: expected a divisor of height and width, got %d for pictures of %dx%d",
        side,
        task.height(),
        task.width());
  }
}
