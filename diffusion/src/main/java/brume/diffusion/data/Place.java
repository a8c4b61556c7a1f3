package brume.diffusion.data;

import brume.diffusion.settings.SettingException;
import java.nio.file.Path;

/** Where data are; a preset of somebody's pictures leaves it open. */
final class Place {

  private Place() {}

  /** The path that a setting names. */
  static Path of(String path) {
    SettingException.unless(
        !path.isBlank(),
        "{data}: expected where the data are, got nothing; name a folder or a file");
    return Path.of(path);
  }
}
