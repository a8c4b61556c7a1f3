package brume.diffusion.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the system says about the memory of this process. */
final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /** The largest resident set so far; empty where the system does not tell. */
  static Optional<Long> peakMebibytes() {
    if (!Files.isReadable(STATUS)) {
      return Optional.empty();
    }
    try {
      Matcher peak = PEAK.matcher(Files.readString(STATUS));
      return peak.find() ? Optional.of(Long.parseLong(peak.group(1)) >> 10) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
