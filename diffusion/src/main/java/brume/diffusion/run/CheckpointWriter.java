package brume.diffusion.run;

import brume.nn.io.Stateful;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import brume.tensor.io.Durable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints. A folder is written beside, forced to disk file by file and renamed into place;
 * older ones are deleted only after that, and lose their name before their files. So whenever the power
 * fails, the newest folder with the name of a checkpoint is the last one that was written, or the one
 * that was being written, and it is whole.
 */
final class CheckpointWriter {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String BEING_WRITTEN = ".tmp", BEING_DELETED = ".old";

  private final Checkpoints all;
  private final Path folder;

  CheckpointWriter(Checkpoints all) {
    this.all = all;
    this.folder = all.run().checkpoints();
  }

  /** See {@link Checkpoints#write}. */
  Checkpoint write(CheckpointState state, List<Stateful> parts, Keep keep) throws IOException {
    CheckpointState named = checked(state, parts);
    Path place = all.place(state.step());
    Path beside = folder.resolve(place.getFileName() + BEING_WRITTEN);
    try {
      Durable.createFolders(folder);
      clear();
      Files.createDirectory(beside);
      Map<String, String> sums = save(parts, beside);
      AtomicFile.write(beside.resolve(CheckpointState.FILE), named.json(sums));
      delete(place); // one that proved damaged, or the same step again
      Durable.rename(beside, place);
      all.note(state.step());
    } catch (IOException failed) {
      IOException sentence = new IOException(
          Text.of(
                  "%s: expected to write a checkpoint, got: %s; earlier ones are as they were,",
                  place, firstCause(failed))
              + " go on from there with --resume",
          failed);
      try {
        Folders.delete(beside);
      } catch (IOException stays) {
        sentence.addSuppressed(stays);
      }
      throw sentence;
    }
    deleteOlder(state.step(), keep);
    return new Checkpoint(place, CheckpointState.read(place));
  }

  private static CheckpointState checked(CheckpointState state, List<Stateful> parts) {
    Set<String> names = new HashSet<>();
    for (Stateful part : parts) {
      String name = part.name();
      if (!name.matches("[a-z0-9][a-z0-9.-]*") || name.equals("state") || !names.add(name)) {
        throw new IllegalArgumentException(Text.of(
            "part of a checkpoint: expected a name unlike all others, of a-z, 0-9, dots and hyphens, got '%s'",
            name));
      }
      for (String counter : part.counters().keySet()) {
        if (!counter.equals(name) && !counter.startsWith(name + ".")) {
          throw new IllegalArgumentException(Text.of(
              "part %s of a checkpoint: expected counters called %s or %s.more, got %s",
              name, name, name, counter));
        }
      }
    }
    return state.withParts(parts);
  }

  /** Lets all parts write and the disk keep it; hands out the sum of each file. */
  private static Map<String, String> save(List<Stateful> parts, Path into) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    for (Stateful part : parts) {
      part.save(into);
      for (Path file : Folders.list(into)) {
        String name = file.getFileName().toString();
        if (sums.containsKey(name)) {
          continue;
        }
        if (!name.startsWith(part.name() + ".") && !name.startsWith(part.name() + "-")) {
          throw new IOException(Text.of(
              "part %s of a checkpoint: expected files called %s.more, got %s",
              part.name(), part.name(), name));
        }
        Durable.force(file);
        sums.put(name, Sha256.of(file));
      }
    }
    return sums;
  }

  /** Takes away what a process left that died while writing or deleting. */
  private void clear() throws IOException {
    for (Path path : Folders.list(folder)) {
      String name = path.getFileName().toString();
      if (name.matches("step-[0-9]+(\\" + BEING_WRITTEN + "|\\" + BEING_DELETED + ")")) {
        Folders.delete(path);
      }
    }
  }

  /** Keeps those of later steps: they were passed over as damaged, so they do not count. */
  private void deleteOlder(int step, Keep keep) {
    try {
      List<CheckpointState> done = new ArrayList<>();
      for (int each : all.steps()) {
        if (each <= step) {
          done.add(stateAt(each));
        }
      }
      for (CheckpointState old : keep.toDelete(done)) {
        delete(all.place(old.step()));
      }
    } catch (IOException stays) {
      LOG.warn("an older checkpoint could not be deleted: {}", firstCause(stays));
    }
  }

  /** The state of a checkpoint, or, if it cannot be read, one that has only a step. */
  private CheckpointState stateAt(int step) {
    try {
      CheckpointState state = CheckpointState.read(all.place(step));
      return state.step() == step ? state : CheckpointState.of("", step, 0, 0);
    } catch (IOException damaged) {
      return CheckpointState.of("", step, 0, 0);
    }
  }

  /** Takes its name away before its files, so that no half of it is ever found under its name. */
  private void delete(Path checkpoint) throws IOException {
    if (Files.exists(checkpoint)) {
      Path aside = folder.resolve(checkpoint.getFileName() + BEING_DELETED);
      Folders.delete(aside);
      Durable.rename(checkpoint, aside);
      Folders.delete(aside);
    }
  }

  /** What the system said, behind what others added to it. */
  private static String firstCause(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String reason = first instanceof FileSystemException system ? system.getReason() : null;
    String message = reason == null ? first.getMessage() : reason;
    return message == null ? first.toString() : message;
  }
}
