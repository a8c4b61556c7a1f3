package brume.cuda.library;

import java.nio.file.Path;

/** The user's folder for files that can be made again. */
public final class UserCache {

  private UserCache() {}

  /**
   * Where Brume keeps them.
   *
   * @return {@code $XDG_CACHE_HOME/brume}, or {@code ~/.cache/brume}; it may not exist
   */
  public static Path folder() {
    String home = System.getProperty("user.home", "/tmp");
    return Path.of(System.getenv().getOrDefault("XDG_CACHE_HOME", home + "/.cache"), "brume");
  }
}
