package brume.diffusion.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the system says about the memory of this process. */
public final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern NOW = Pattern.compile("VmRSS:\\s+(\\d+) kB"),
      PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /**
   * The resident set.
   *
   * @return in MiB; empty where the system does not tell
   */
  public static Optional<Long> mebibytes() {
    return find(NOW);
  }

  /**
   * The largest resident set so far.
   *
   * @return in MiB; empty where the system does not tell
   */
  public static Optional<Long> peakMebibytes() {
    return find(PEAK);
  }

  private static Optional<Long> find(Pattern line) {
    if (!Files.isReadable(STATUS)) {
      return Optional.empty();
    }
    try {
      Matcher found = line.matcher(Files.readString(STATUS));
      return found.find() ? Optional.of(Long.parseLong(found.group(1)) >> 10) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
