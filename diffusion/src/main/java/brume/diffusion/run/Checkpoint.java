package brume.diffusion.run;

import brume.nn.io.Stateful;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a run needs to go on after a step, in a folder of its own: the files of its {@linkplain
 * Stateful parts} and {@code state.json}. It is whole if the SHA-256 of every file is the one that
 * {@code state.json} says of it and of itself.
 *
 * @param folder where it is
 * @param state what state.json says
 */
public record Checkpoint(Path folder, CheckpointState state) {

  /**
   * Reads and checks a checkpoint.
   *
   * @param folder its folder
   * @return the checkpoint
   * @throws IOException if a file is missing or not as it was written
   */
  public static Checkpoint read(Path folder) throws IOException {
    CheckpointState state = CheckpointState.read(folder);
    for (Map.Entry<String, String> file : state.sha256().entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!file.getKey().equals(CheckpointState.FILE)
          && !(Files.isRegularFile(path) && Sha256.of(path).equals(file.getValue()))) {
        throw damaged(path, null);
      }
    }
    return new Checkpoint(folder, state);
  }

  static IOException damaged(Path file, @Nullable IOException cause) {
    return new IOException(
        file + ": expected the file that was written here, it is missing or damaged", cause);
  }

  /**
   * Restores all parts of a run.
   *
   * @param parts exactly those the checkpoint was written of
   * @throws IOException if others were written, or a part finds a file that it cannot use
   */
  public void restore(List<Stateful> parts) throws IOException {
    List<String> asked = parts.stream().map(Stateful::name).sorted().toList();
    if (!asked.equals(state.parts())) {
      TreeSet<String> missing = new TreeSet<>(asked), unknown = new TreeSet<>(state.parts());
      missing.removeAll(state.parts());
      unknown.removeAll(asked);
      List<String> faults = new ArrayList<>();
      missing.forEach(name -> faults.add("no " + name));
      unknown.forEach(name -> faults.add(name + " besides"));
      throw new IOException(Text.of(
              "%s: expected a checkpoint of %s, got one with %s;",
              folder, String.join(", ", asked), String.join(", ", faults))
          + " go on with the settings it was made with");
    }
    for (Stateful part : parts) {
      restore(part);
    }
  }

  /**
   * Restores one part, such as the average to sample with.
   *
   * @param part one of those the checkpoint was written of
   * @throws IOException if there is none of that name, or it finds a file that it cannot use
   */
  public void restore(Stateful part) throws IOException {
    if (!state.parts().contains(part.name())) {
      throw new IOException(Text.of(
          "%s: expected one of %s, got %s", folder, String.join(", ", state.parts()), part.name()));
    }
    part.load(folder);
    part.restoreCounters(state.countersOf(part.name()));
  }

  /**
   * What is not as it was when this checkpoint was written.
   *
   * @param recipe fingerprint of what the run is asked for now
   * @param data fingerprint of the pictures now
   * @return a sentence for each difference; fingerprints that version 0.1.0 did not write differ from
   *     none
   */
  public List<String> differences(String recipe, String data) {
    List<String> sentences = new ArrayList<>();
    addDifference(sentences, "recipe", state.recipe(), recipe);
    addDifference(sentences, "data", state.data(), data);
    return sentences;
  }

  /**
   * Whether labels have changed.
   *
   * @param now fingerprint of the labels now
   * @return a sentence if the pictures are of other classes than when this checkpoint was written; none
   *     if there are more pictures or fewer, of which {@link #differences} tells, or if it is not known
   */
  public Optional<String> relabelled(String now) {
    String then = state.labels();
    boolean asMany = count(then).equals(count(now));
    return then.isEmpty() || then.equals(now) || !(now.isEmpty() || asMany)
        ? Optional.empty()
        : Optional.of(Text.of(
            "%s: expected pictures of the classes it was made with, %s, got %s",
            folder, then, now.isEmpty() ? "none" : now));
  }

  private static String count(String fingerprint) {
    return fingerprint.substring(0, Math.max(0, fingerprint.indexOf(' ')));
  }

  private void addDifference(List<String> sentences, String what, String then, String now) {
    if (!then.isEmpty() && !then.equals(now)) {
      sentences.add(
          Text.of("%s: expected the %s it was made with, %s, got %s", folder, what, then, now));
    }
  }
}
