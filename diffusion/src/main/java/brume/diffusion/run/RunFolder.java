package brume.diffusion.run;

import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import brume.tensor.io.Durable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * Where a run keeps everything:
 *
 * <pre>
 *   config.json                   what was asked for, all defaults spelled out
 *   data.json data.png            what was found to learn from
 *   log.jsonl                     a line a step
 *   evaluations.jsonl             a line an evaluation, of runs that are judged while they learn
 *   samples/step-001000.png       grids on the way
 *   samples.png denoising.gif loss.png
 *   index.html                    all that is to be seen of it, on one page
 *   tensorboard/                  curves and samples for TensorBoard, where they were asked for
 *   tokenizer/                    words that were learned from captions, of runs that read them
 *   checkpoints/step-001000/      model, average, optimizer and state
 *   checkpoints.json              the step of the newest checkpoint
 *   run.lock                      who works on it
 * </pre>
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

  /**
   * Creates a folder for a new run, numbered from 001, that no other process gets.
   *
   * @param runs the folder of all runs, created if missing
   * @param name of the run, before the number
   * @return the folder, with its parts
   * @throws IOException if that is not possible
   */
  public static RunFolder createNumbered(Path runs, String name) throws IOException {
    makeFolders(runs);
    for (int number = 1; ; number++) {
      Path path = runs.resolve(Text.of("%s-%03d", name.replace(':', '-'), number));
      try {
        Files.createDirectory(path); // for one process only
        Durable.forceNames(runs);
        return new RunFolder(path).create();
      } catch (FileAlreadyExistsException taken) {
        continue;
      }
    }
  }

  /**
   * The run that was worked on last.
   *
   * @param runs the folder of all runs
   * @return its folder
   * @throws IOException if there is none, or the folder cannot be read
   */
  public static RunFolder latest(Path runs) throws IOException {
    RunFolder latest = null;
    FileTime when = FileTime.fromMillis(Long.MIN_VALUE);
    for (Path path : Folders.list(runs)) {
      RunFolder run = new RunFolder(path);
      if (run.holdsRun() && run.lastWorkedOn().compareTo(when) >= 0) {
        latest = run;
        when = run.lastWorkedOn();
      }
    }
    if (latest == null) {
      throw new IOException(runs + ": expected a run to go on with, got none; begin one");
    }
    return latest;
  }

  /**
   * A run that this one builds upon.
   *
   * @param place its folder, within this one or a whole path
   * @return the run
   */
  public RunFolder upon(String place) {
    return new RunFolder(path.resolve(place).normalize());
  }

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
    makeFolders(path);
    makeFolders(checkpoints());
    makeFolders(grids());
    return this;
  }

  /** Takes away files that a process was writing when it was killed. */
  void clear() throws IOException {
    AtomicFile.clear(path);
    AtomicFile.clear(grids());
  }

  private Path grids() {
    return path.resolve("samples");
  }

  private static void makeFolders(Path path) throws IOException {
    try {
      Durable.createFolders(path);
    } catch (NoSuchFileException refused) { // some places, such as /proc, answer so
      throw new IOException(
          path
              + ": expected a place where a folder can be made, the system makes none; choose another"
              + " --run",
          refused);
    }
  }

  /**
   * Whether a run has begun here.
   *
   * @return true if the folder has a configuration
   */
  public boolean holdsRun() {
    return Files.exists(config());
  }

  /**
   * When somebody worked on the run.
   *
   * @return the last time that is known
   * @throws IOException if the folder cannot be read
   */
  public FileTime lastWorkedOn() throws IOException {
    FileTime last = Files.getLastModifiedTime(config());
    for (Path file : new Path[] {log(), note()}) {
      if (Files.exists(file) && Files.getLastModifiedTime(file).compareTo(last) > 0) {
        last = Files.getLastModifiedTime(file);
      }
    }
    return last;
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
   * What was found where the data lie.
   *
   * @return its file
   */
  public Path dataReport() {
    return path.resolve("data.json");
  }

  /**
   * Some of the data.
   *
   * @return its file
   */
  public Path dataSheet() {
    return path.resolve("data.png");
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
   * What samples were worth on the way.
   *
   * @return its file
   */
  public Path evaluations() {
    return path.resolve("evaluations.jsonl");
  }

  /**
   * What makes tokens of texts, of a run whose network reads them.
   *
   * @return a folder
   */
  public Path tokenizer() {
    return path.resolve("tokenizer");
  }

  /**
   * The folder of checkpoints.
   *
   * @return a folder
   */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** The note of the newest checkpoint that was written. */
  Path note() {
    return path.resolve("checkpoints.json");
  }

  /** The file that is locked by who works on the run. */
  Path lock() {
    return path.resolve("run.lock");
  }

  /**
   * The grid of samples made after a step.
   *
   * @param step number of the step
   * @return its file
   */
  public Path samplesAt(int step) {
    return grids().resolve(Text.of("step-%06d.png", step));
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
   * All that is to be seen of the run, on one page.
   *
   * @return its file
   */
  public Path page() {
    return path.resolve("index.html");
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
