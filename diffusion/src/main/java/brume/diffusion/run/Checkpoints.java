package brume.diffusion.run;

import brume.nn.io.Stateful;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All checkpoints of a run, each in a folder {@code step-001000}. A folder of that name is whole, even
 * after a power failure; damage that comes later is found when it is read.
 *
 * <p>A note in the run's folder tells the step of the newest: where it is and no checkpoint is, they
 * were taken away; where it is not, the run was stopped before its first.
 *
 * @param run the run's folder
 */
public record Checkpoints(RunFolder run) {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PREFIX = "step-", NEWEST = "newest";

  /**
   * Writes a checkpoint, then deletes those that need not be kept.
   *
   * @param state its step, seed, position, and what else is known; counters and sums are added here
   * @param parts what to write
   * @param keep which of the older ones stay
   * @return the checkpoint
   * @throws IOException if it cannot be written; the earlier ones are then as they were
   */
  public Checkpoint write(CheckpointState state, List<Stateful> parts, Keep keep)
      throws IOException {
    return new CheckpointWriter(this).write(state, parts, keep);
  }

  /**
   * Steps of which there are checkpoints, whole or damaged.
   *
   * @return the newest first
   * @throws IOException if the folder cannot be read
   */
  public List<Integer> steps() throws IOException {
    return Folders.list(run.checkpoints()).stream()
        .flatMap(path -> stepOf(path).stream())
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /**
   * What is written about the checkpoints, without a look at their tensors, which may be damaged.
   *
   * @return the oldest first; those whose state cannot be read are left out
   * @throws IOException if the folder cannot be read
   */
  public List<CheckpointState> states() throws IOException {
    List<CheckpointState> states = new ArrayList<>();
    for (int step : new TreeSet<>(steps())) {
      try {
        states.add(CheckpointState.read(place(step)));
      } catch (IOException damaged) {
        continue; // whoever loads it is told
      }
    }
    return states;
  }

  /**
   * Finds the newest whole checkpoint. Damaged ones are reported and passed over.
   *
   * @return empty if there is none
   * @throws IOException if the folder cannot be read, or all its checkpoints are damaged
   */
  public Optional<Checkpoint> newest() throws IOException {
    List<Integer> all = steps();
    for (int step : all) {
      try {
        return Optional.of(read(step));
      } catch (IOException damaged) {
        LOG.warn("{}; trying the one before", damaged.getMessage());
      }
    }
    if (!all.isEmpty()) {
      throw new IOException(Text.of(
          "%s: expected a whole checkpoint, got %d damaged; bring one back or start a new run",
          run.checkpoints(), all.size()));
    }
    return Optional.empty();
  }

  /**
   * Reads the checkpoint of one step.
   *
   * @param step its number
   * @return the checkpoint
   * @throws IOException if there is none, with a list of those there are, or it is damaged
   */
  public Checkpoint at(int step) throws IOException {
    List<Integer> all = steps();
    if (!all.contains(step)) {
      String found = all.isEmpty()
          ? "none"
          : new TreeSet<>(all).stream().map(String::valueOf).collect(Collectors.joining(", "));
      throw new IOException(Text.of(
          "%s: expected a checkpoint of step %d, found %s", run.checkpoints(), step, found));
    }
    return read(step);
  }

  /**
   * Finds the whole checkpoint of the lowest score, the newer one of equal ones.
   *
   * @return the best
   * @throws IOException if there is none with a score
   */
  public Checkpoint best() throws IOException {
    Checkpoint best = null;
    double lowest = Double.POSITIVE_INFINITY;
    for (int step : steps()) {
      Checkpoint checkpoint = read(step);
      Double score = checkpoint.state().score();
      if (score != null && score < lowest) {
        best = checkpoint;
        lowest = score;
      }
    }
    if (best == null) {
      throw new IOException(
          run.checkpoints()
              + ": expected a checkpoint with a score, got none; train with --evaluate-every and --keep-best");
    }
    return best;
  }

  /**
   * Where to go on: at the newest whole checkpoint, or at the beginning if the run was stopped before its
   * first.
   *
   * @param every steps between checkpoints, as the run was begun. They and the last samples tell of
   *     runs of version 0.1.0, which left no note, whether there must have been a checkpoint
   * @return empty if the run begins
   * @throws IOException if there have been checkpoints and all are gone or damaged
   */
  public Optional<Checkpoint> toResume(int every) throws IOException {
    Optional<Checkpoint> newest = newest();
    int noted = noted();
    if (newest.isEmpty()) {
      int logged = TrainingLog.lastStep(run.log());
      if (noted > 0 || logged > every || Files.exists(run.samples())) {
        throw new IOException(Text.of(
            "%s: expected the checkpoints of a run that had done %d steps, they are gone; bring them back"
                + " or start a new run",
            run.checkpoints(), Math.max(noted, logged)));
      }
      return newest;
    }
    int step = newest.get().state().step();
    if (step < noted) {
      LOG.warn(
          "{}: expected the checkpoint of step {}, the newest whole one is that of step {}",
          run.checkpoints(),
          noted,
          step);
    }
    return newest;
  }

  /** Notes that there is a checkpoint of this step. */
  void note(int step) throws IOException {
    AtomicFile.write(run.note(), JSON.writeValueAsBytes(Map.of(NEWEST, step)));
  }

  /** The step of the newest checkpoint that was ever written; 0 if nobody noted it. */
  private int noted() throws IOException {
    if (!Files.exists(run.note())) {
      return 0;
    }
    try {
      return JSON.readTree(Files.readAllBytes(run.note())).path(NEWEST).asInt();
    } catch (JsonProcessingException edited) {
      throw new IOException(
          run.note() + ": expected {\"newest\": 1000} with the step of the newest checkpoint",
          edited);
    }
  }

  private Checkpoint read(int step) throws IOException {
    Checkpoint checkpoint = Checkpoint.read(place(step));
    if (checkpoint.state().step() != step) {
      throw new IOException(Text.of(
          "%s: expected the checkpoint of step %d, got that of step %d; give it its name back",
          place(step), step, checkpoint.state().step()));
    }
    return checkpoint;
  }

  /** The folder of a step, whether or not it is there. */
  Path place(int step) {
    return run.checkpoints().resolve(nameOf(step));
  }

  private static String nameOf(int step) {
    return Text.of(PREFIX + "%06d", step);
  }

  /** Empty if the name is none that is given here. */
  private static Optional<Integer> stepOf(Path folder) {
    String name = folder.getFileName().toString();
    if (!name.matches(PREFIX + "[0-9]{6,10}")) {
      return Optional.empty();
    }
    int step = (int) Math.min(Long.parseLong(name.substring(PREFIX.length())), Integer.MAX_VALUE);
    return name.equals(nameOf(step)) ? Optional.of(step) : Optional.empty();
  }
}
