package brume.diffusion.train;

import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a run needs to go on after a step, in a folder of its own. A folder is written beside,
 * forced to disk and renamed into place; it is valid if the SHA-256 of every file is the one that
 * {@code state.json}, written last, says of it and of itself. Older ones are deleted only after that.
 *
 * @param folder holds model.safetensors, ema.safetensors, optimizer.safetensors, timesteps.safetensors
 *     if times are visited by their losses, and state.json
 * @param state what state.json says
 */
public record Checkpoint(Path folder, State state) {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
      .build();
  private static final String STATE = "state.json";
  private static final int KEPT = 2; // the newest, and one in case it is damaged later

  /**
   * The numbers that are no tensors.
   *
   * @param version of Brume that wrote it
   * @param step number of the last step done
   * @param seed of all random numbers; with the step it determines every one to come
   * @param dataPosition number of pictures seen
   * @param counters of the optimizer and the average
   * @param sha256 of each file, in hexadecimal digits; of state.json, as it is without this entry
   */
  public record State(
      String version,
      int step,
      long seed,
      long dataPosition,
      Map<String, Long> counters,
      Map<String, String> sha256) {

    /** Sorts the maps, so that equal states are equal files. {@inheritDoc} */
    public State {
      counters = new TreeMap<>(counters);
      sha256 = new TreeMap<>(sha256);
    }

    private State with(Map<String, String> sha256) {
      return new State(version, step, seed, dataPosition, counters, sha256);
    }

    /** What its own entry says. */
    private String ownSha256() throws IOException {
      Map<String, String> others = new TreeMap<>(sha256);
      others.remove(STATE);
      return Checkpoint.sha256(new ByteArrayInputStream(json(with(others))));
    }
  }

  /** Writes the tensors of a checkpoint into a folder. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all files but state.json.
     *
     * @param folder exists and is empty
     * @throws IOException if the disk refuses them
     */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes a checkpoint, then deletes all but the newest two.
   *
   * @param checkpoints folder of all checkpoints of the run
   * @param state its {@code sha256} is computed here
   * @param content writes the tensors
   * @return the checkpoint
   * @throws IOException if it cannot be written; the earlier ones are then as they were
   */
  public static Checkpoint write(Path checkpoints, State state, Content content)
      throws IOException {
    Path place = checkpoints.resolve("step-%06d".formatted(state.step()));
    Path beside = checkpoints.resolve(place.getFileName() + ".tmp");
    try {
      deleteTree(beside);
      Files.createDirectories(beside);
      content.writeTo(beside);
      State complete = withSums(state, beside);
      byte[] json = json(complete);
      AtomicFile.write(beside.resolve(STATE), json);
      deleteTree(place); // of an attempt that proved damaged, or the same step written again
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
      deleteOlderThan(checkpoints, state.step());
      return new Checkpoint(place, complete);
    } catch (IOException failed) {
      IOException sentence = new IOException(
          "%s: expected to write a checkpoint, got: %s; earlier ones are as they were,"
                  .formatted(place, firstCause(failed))
              + " go on from there with --resume",
          failed);
      try {
        deleteTree(beside);
      } catch (IOException stays) {
        sentence.addSuppressed(stays);
      }
      throw sentence;
    }
  }

  private static State withSums(State state, Path folder) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    for (Path file : filesOf(folder)) {
      sums.put(file.getFileName().toString(), sha256(file));
    }
    sums.put(STATE, state.with(sums).ownSha256());
    return state.with(sums);
  }

  /**
   * Finds the newest checkpoint whose files are whole. Damaged ones are reported and passed over.
   *
   * @param checkpoints folder of all checkpoints of a run
   * @return empty if there is none
   * @throws IOException if the folder cannot be read, or all its checkpoints are damaged
   */
  public static Optional<Checkpoint> newestValid(Path checkpoints) throws IOException {
    List<Path> all = newestFirst(checkpoints);
    for (Path folder : all) {
      try {
        return Optional.of(read(folder));
      } catch (IOException damaged) {
        LOG.warn("{}; trying the one before", damaged.getMessage());
      }
    }
    if (!all.isEmpty()) {
      throw new IOException(
          "%s: expected a whole checkpoint, got %d damaged; bring one back or start a new run"
              .formatted(checkpoints, all.size()));
    }
    return Optional.empty();
  }

  /**
   * Reads and checks a checkpoint.
   *
   * @param folder its folder
   * @return the checkpoint
   * @throws IOException if a file is missing or not as it was written
   */
  public static Checkpoint read(Path folder) throws IOException {
    State state;
    try {
      state = JSON.readValue(folder.resolve(STATE).toFile(), State.class);
    } catch (JsonProcessingException broken) {
      throw damaged(folder.resolve(STATE), broken);
    } catch (IOException missing) {
      throw new IOException(folder + ": expected a state.json, it cannot be read", missing);
    }
    if (!state.ownSha256().equals(state.sha256().get(STATE))) {
      throw damaged(folder.resolve(STATE), null);
    }
    for (Map.Entry<String, String> file : state.sha256().entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!file.getKey().equals(STATE)
          && !(Files.isRegularFile(path) && sha256(path).equals(file.getValue()))) {
        throw damaged(path, null);
      }
    }
    return new Checkpoint(folder, state);
  }

  private static IOException damaged(Path file, @Nullable IOException cause) {
    return new IOException(
        file + ": expected the file that was written here, it is missing or damaged", cause);
  }

  /** Keeps those of later steps: {@link #newestValid} passed them over, so they do not count. */
  private static void deleteOlderThan(Path checkpoints, int step) throws IOException {
    List<Path> done = newestFirst(checkpoints).stream()
        .filter(folder -> stepOf(folder) <= step)
        .toList();
    for (Path old : done.subList(Math.min(KEPT, done.size()), done.size())) {
      deleteTree(old);
    }
  }

  private static List<Path> newestFirst(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(checkpoints)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("step-\\d+"))
          .sorted(Comparator.comparing(Checkpoint::stepOf).reversed())
          .toList();
    }
  }

  private static long stepOf(Path folder) {
    return Long.parseLong(folder.getFileName().toString().substring("step-".length()));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static byte[] json(State state) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(state);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  private static String sha256(InputStream in) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
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

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> {
        try {
          Files.delete(path);
        } catch (IOException failed) {
          throw new UncheckedIOException(failed);
        }
      });
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }
}
