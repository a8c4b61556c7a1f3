package brume.diffusion.report;

import brume.diffusion.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files of a run that may be shown. A link that leads out of its folder is passed over. */
public final class RunFiles {

  private static final Pattern PICTURES = Pattern.compile(
      "(samples|data|loss|eval|eval-seen|eval-held-back)\\.png|denoising\\.gif|samples/step-[0-9]{6,10}\\.png|"
          + "eval/eval[a-z-]*\\.png");

  private RunFiles() {}

  /**
   * A picture of a run.
   *
   * @param run its folder
   * @param name path within it, with slashes
   * @return empty if there is none, or it is none that a run's folder has, or lies elsewhere
   * @throws IOException if the folder cannot be read
   */
  public static Optional<Path> picture(RunFolder run, String name) throws IOException {
    return PICTURES.matcher(name).matches() ? file(run, name) : Optional.empty();
  }

  /** A file that lies in the folder of a run and not elsewhere. */
  static Optional<Path> file(RunFolder run, String name) throws IOException {
    Path file = run.path().resolve(name);
    boolean inside =
        Files.isRegularFile(file) && file.toRealPath().startsWith(run.path().toRealPath());
    return inside ? Optional.of(file) : Optional.empty();
  }
}
