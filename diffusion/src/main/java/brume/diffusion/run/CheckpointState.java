package brume.diffusion.run;

import brume.nn.io.Stateful;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code state.json} of a checkpoint: what is known of it besides its tensors. Version 0.1.0 wrote
 * no parts, fingerprints and scores, version 0.2.0 no fingerprint of labels.
 *
 * @param version of Brume that wrote it
 * @param step number of the last step done
 * @param seed of all random numbers; with the step it determines every one to come
 * @param dataPosition number of pictures seen
 * @param counters of all parts
 * @param parts names of the parts, sorted
 * @param recipe fingerprint of what the run was asked for, empty if unknown
 * @param data fingerprint of the pictures, empty if unknown
 * @param labels fingerprint of their classes, empty if unknown or there are none
 * @param score how good the run was at this step, the lower the better; null if nobody said
 * @param sha256 of each file, in hexadecimal digits; of state.json, as it is without this entry
 */
public record CheckpointState(
    String version,
    int step,
    long seed,
    long dataPosition,
    Map<String, Long> counters,
    List<String> parts,
    String recipe,
    String data,
    String labels,
    @Nullable Double score,
    Map<String, String> sha256) {

  static final String FILE = "state.json";

  private static final String PARTS = "parts",
      RECIPE = "recipe",
      DATA = "data",
      LABELS = "labels",
      SCORE = "score";
  private static final String SUMS = "sha256";

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      // One spelling everywhere, since its sum is compared.
      .defaultPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
      .build();

  /** Sorts the maps, so that equal states are equal files. {@inheritDoc} */
  public CheckpointState {
    counters = new TreeMap<>(counters);
    parts = parts.stream().sorted().toList();
    sha256 = new TreeMap<>(sha256);
  }

  /**
   * A state without parts, which {@link Checkpoints#write} adds, fingerprints and score.
   *
   * @param version of Brume that writes it
   * @param step number of the last step done
   * @param seed of all random numbers
   * @param dataPosition number of pictures seen
   * @return the state
   */
  public static CheckpointState of(String version, int step, long seed, long dataPosition) {
    return new CheckpointState(
        version, step, seed, dataPosition, Map.of(), List.of(), "", "", "", null, Map.of());
  }

  /**
   * This state with what tells whether a run goes on with what it began with.
   *
   * @param recipe fingerprint of what the run was asked for
   * @param data fingerprint of the pictures
   * @param labels fingerprint of their classes, empty if there are none
   * @return the new state
   */
  public CheckpointState withFingerprints(String recipe, String data, String labels) {
    return new CheckpointState(
        version, step, seed, dataPosition, counters, parts, recipe, data, labels, score, sha256);
  }

  /**
   * This state with a score.
   *
   * @param score how good the run was at this step, the lower the better
   * @return the new state
   */
  public CheckpointState withScore(double score) {
    return new CheckpointState(
        version, step, seed, dataPosition, counters, parts, recipe, data, labels, score, sha256);
  }

  CheckpointState withParts(List<Stateful> of) {
    Map<String, Long> all = new TreeMap<>();
    of.forEach(part -> all.putAll(part.counters()));
    List<String> names = of.stream().map(Stateful::name).toList();
    return new CheckpointState(
        version, step, seed, dataPosition, all, names, recipe, data, labels, score, sha256);
  }

  /** The counters of one part. */
  Map<String, Long> countersOf(String part) {
    Map<String, Long> own = new TreeMap<>(counters);
    own.keySet().removeIf(name -> !name.equals(part) && !name.startsWith(part + "."));
    return own;
  }

  /** Writes the sums of files, and last of itself. */
  byte[] json(Map<String, String> sumsOfFiles) throws IOException {
    ObjectNode tree = JSON.valueToTree(this);
    tree.set(SUMS, JSON.valueToTree(new TreeMap<>(sumsOfFiles)));
    if (score == null) {
      tree.remove(SCORE);
    }
    String own = ownSum(tree);
    Map<String, String> all = new TreeMap<>(sumsOfFiles);
    all.put(FILE, own);
    tree.set(SUMS, JSON.valueToTree(all));
    return bytes(tree);
  }

  /**
   * Reads a state and checks its own sum.
   *
   * @param folder of the checkpoint
   * @throws IOException if there is none, or one that is not as it was written
   */
  static CheckpointState read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException missing) {
      throw new IOException(folder + ": expected a state.json, it cannot be read", missing);
    }
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode tree
          && ownSum(tree).equals(tree.path(SUMS).path(FILE).asText())) {
        return ofTree(tree);
      }
    } catch (JsonProcessingException broken) {
      throw Checkpoint.damaged(file, broken);
    }
    throw Checkpoint.damaged(file, null);
  }

  private static CheckpointState ofTree(ObjectNode tree) throws JsonProcessingException {
    if (!tree.has(PARTS)) {
      ArrayNode parts = tree.putArray(PARTS);
      for (String file : filesOf(tree)) {
        parts.add(file.substring(0, file.lastIndexOf('.'))); // one file each, in version 0.1.0
      }
    }
    for (String later : List.of(RECIPE, DATA, LABELS)) {
      if (!tree.has(later)) {
        tree.put(later, "");
      }
    }
    if (!tree.has(SCORE)) {
      tree.putNull(SCORE);
    }
    return JSON.treeToValue(tree, CheckpointState.class);
  }

  private static List<String> filesOf(JsonNode tree) {
    List<String> files = new ArrayList<>();
    tree.path(SUMS).fieldNames().forEachRemaining(files::add);
    files.remove(FILE);
    return files;
  }

  /** The sum of a tree as it is without the entry for it. */
  private static String ownSum(ObjectNode tree) throws IOException {
    ObjectNode others = tree.deepCopy();
    if (others.path(SUMS) instanceof ObjectNode sums) {
      sums.remove(FILE);
    }
    return Sha256.of(bytes(others));
  }

  private static byte[] bytes(ObjectNode tree) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
  }
}
