package brume.diffusion.report;

import brume.diffusion.recipe.Comparison;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.CheckpointState;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.RunLock;
import brume.diffusion.settings.SettingsFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a run is and how far it has come, read from its folder.
 *
 * @param folder of the run
 * @param recipe what it was asked for
 */
public record RunReport(RunFolder folder, Recipe recipe) {

  private static final Pattern SAMPLES = Pattern.compile("step-([0-9]{6,10})\\.png");
  private static final int MOST_BYTES = 1 << 20; // of a file of figures
  private static final List<String> FIGURES = List.of("eval.json", "eval/eval.json");
  private static final List<String> PICTURES = List.of(
      "samples.png",
      "denoising.gif",
      "data.png",
      "eval.png",
      "eval/eval.png",
      "eval/eval-seen.png",
      "eval/eval-held-back.png");

  /**
   * Reads a run.
   *
   * @param folder of the run
   * @return the report
   * @throws IOException if its recipe cannot be read
   */
  public static RunReport of(RunFolder folder) throws IOException {
    return new RunReport(folder, Recipes.read(folder.config()));
  }

  /** Whether a run is being trained, has been stopped, or has done all its steps. */
  public enum State {
    /** A process works on it. */
    TRAINING,
    /** It can go on. */
    STOPPED,
    /** All steps are done. */
    FINISHED;

    /**
     * The word for it.
     *
     * @return in small letters
     */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How it is doing.
   *
   * @param step last one of its log, 0 before the first
   * @return whether it has done all its steps, and if not, whether somebody works on it
   */
  public State state(int step) {
    if (step >= recipe.training().steps()) {
      return State.FINISHED; // maybe its last samples are still being drawn
    }
    return RunLock.isHeld(folder) ? State.TRAINING : State.STOPPED;
  }

  /**
   * How far a run has come.
   *
   * @param state how it is doing
   * @param step last one of its log, 0 before the first
   * @param loss mean over the last tenth of the steps; NaN where there is none, as are the others
   * @param samplesPerSecond likewise
   * @param memory of the process, in MiB, likewise
   */
  public record Progress(
      State state, int step, double loss, double samplesPerSecond, double memory) {}

  /**
   * Reads the log.
   *
   * @return how far the run has come
   * @throws IOException if the log cannot be read
   */
  public Progress progress() throws IOException {
    return new GrowingLog(folder.log())
        .read(curve -> new Progress(
            state(curve.lastStep()),
            curve.lastStep(),
            curve.recent(Curve.Value.LOSS),
            recipe.training().samplesPerStep() / curve.recent(Curve.Value.SECONDS),
            curve.recent(Curve.Value.MEMORY)));
  }

  /**
   * The best checkpoint: that of the lowest score, or the newest where none has one.
   *
   * @return empty if there is none
   * @throws IOException if their folder cannot be read
   */
  public Optional<CheckpointState> best() throws IOException {
    return best(new Checkpoints(folder).states());
  }

  static Optional<CheckpointState> best(List<CheckpointState> saved) {
    Optional<CheckpointState> lowest = saved.stream()
        .filter(one -> one.score() != null)
        .reduce((a, b) -> score(b) <= score(a) ? b : a);
    return lowest.or(
        () -> saved.isEmpty() ? Optional.empty() : Optional.of(saved.get(saved.size() - 1)));
  }

  private static double score(CheckpointState of) {
    Double score = of.score();
    return score == null ? Double.POSITIVE_INFINITY : score;
  }

  /**
   * FigureRows that {@code brume eval} has left in the folder.
   *
   * @return an object; empty if there are none that can be read
   * @throws IOException if the folder cannot be read
   */
  public Optional<JsonNode> evaluation() throws IOException {
    for (String name : FIGURES) {
      Optional<JsonNode> figures = json(name);
      if (figures.isPresent()) {
        return figures;
      }
    }
    return Optional.empty();
  }

  private Optional<JsonNode> json(String name) throws IOException {
    Optional<Path> file = RunFiles.file(folder, name);
    if (file.isEmpty() || Files.size(file.get()) > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(SettingsFile.readPython(file.get()));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  /**
   * Steps of which there are samples.
   *
   * @return in order
   * @throws IOException if the folder cannot be read
   */
  public List<Integer> samples() throws IOException {
    Path samples = folder.path().resolve("samples");
    TreeSet<Integer> steps = new TreeSet<>();
    if (Files.isDirectory(samples)) {
      try (Stream<Path> files = Files.list(samples)) {
        for (Path file : files.toList()) {
          Matcher name = SAMPLES.matcher(String.valueOf(file.getFileName()));
          if (name.matches()) {
            long step = Long.parseLong(name.group(1));
            if (step <= Integer.MAX_VALUE
                && folder.samplesAt((int) step).endsWith(file.getFileName())) {
              steps.add((int) step);
            }
          }
        }
      }
    }
    return List.copyOf(steps);
  }

  /**
   * All but its log, as the page shows it.
   *
   * @return an object
   * @throws IOException if the folder cannot be read
   */
  public ObjectNode tree() throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("data", recipe.data().title());
    tree.put("things", recipe.data().exhibit().things());
    tree.put("samplesPerStep", recipe.training().samplesPerStep());
    tree.put("seed", recipe.seed());
    tree.put("draws", recipe.objective().draws());
    tree.put("texts", recipe.condition().says());
    tree.put("samplesShown", recipe.samples().count());
    addClasses(tree.putArray("classes"));
    addSettings(tree.putArray("settings"));
    samples().forEach(tree.putArray("samples")::add);
    ArrayNode pictures = tree.putArray("pictures");
    for (String name : PICTURES) {
      if (RunFiles.file(folder, name).isPresent()) {
        pictures.add(name);
      }
    }
    List<CheckpointState> saved = new Checkpoints(folder).states();
    ArrayNode checkpoints = tree.putArray("checkpoints");
    saved.forEach(one -> checkpoints.addObject().put("step", one.step()).put("score", one.score()));
    best(saved).ifPresent(one -> tree.put("best", one.step()));
    ArrayNode figures = tree.putArray("figures");
    evaluation()
        .map(FigureRows::of)
        .ifPresent(rows -> rows.forEach(
            (name, value) -> figures.addObject().put("name", name).put("value", value.asText())));
    return tree;
  }

  private void addClasses(ArrayNode to) {
    try {
      recipe.classes().forEach(to::add);
    } catch (IllegalArgumentException without) {
      return; // the data have lost their labels
    }
  }

  private void addSettings(ArrayNode to) {
    for (Comparison.Row row : Comparison.withDefaults(recipe)) {
      to.addObject()
          .put("key", row.setting().key())
          .put("option", row.setting().option())
          .put("about", row.setting().about().value())
          .put("value", row.setting().plain())
          .put("usual", row.usual())
          .put("differs", row.differs());
    }
  }
}
