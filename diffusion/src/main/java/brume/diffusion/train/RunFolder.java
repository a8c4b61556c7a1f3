package brume.diffusion.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a run keeps everything:
 *
 * <pre>
 *   config.json                   what was asked for, all defaults spelled out
 *   log.jsonl                     a line a step
 *   samples/step-001000.png       grids on the way
 *   samples.png denoising.gif loss.png
 *   checkpoints/step-001000/      model, average, optimizer and state
 * </pre>
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

  /**
   * Creates the folder and its parts where missing.
   *
   * @return this
   * @throws IOException if that is not possible
   */
  public RunFolder create() throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new IOException(
          path + ": expected a folder for the run, got a file; choose another --run");
    }
    try {
      Files.createDirectories(checkpoints());
      Files.createDirectories(path.resolve("samples"));
    } catch (NoSuchFileException refused) { // some places, such as /proc, answer so
      throw new IOException(
          path
              + ": expected a place where a folder can be made, the system makes none; choose another"
              + " --run",
          refused);
    }
    return this;
  }

  /**
   * The resolved configuration.
   *
   * @return its file
   */
  public Path config() {
    return path.resolve("config.json");
  }

  /**
   * The log.
   *
   * @return its file
   */
  public Path log() {
    return path.resolve("log.jsonl");
  }

  /**
   * The folder of checkpoints.
   *
   * @return a folder
   */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /**
   * The grid of samples made after a step.
   *
   * @param step number of the step
   * @return its file
   */
  public Path samplesAt(int step) {
    return path.resolve("samples").resolve("step-%06d.png".formatted(step));
  }

  /**
   * The last grid of samples.
   *
   * @return its file
   */
  public Path samples() {
    return path.resolve("samples.png");
  }

  /**
   * The denoising of the last grid.
   *
   * @return its file
   */
  public Path denoising() {
    return path.resolve("denoising.gif");
  }

  /**
   * The plot of the loss.
   *
   * @return its file
   */
  public Path lossPlot() {
    return path.resolve("loss.png");
  }
}
