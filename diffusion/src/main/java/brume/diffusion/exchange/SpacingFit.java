package brume.diffusion.exchange;

import brume.diffusion.process.Processes;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.SamplerSettings;
import brume.diffusion.sampler.Spacings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The options by which a scheduler of diffusers visits what a sampler does: of some options those that
 * are read as a spacing with the same levels.
 *
 * @param options of the file
 * @param count how many levels are visited
 * @param exact whether they are the same; if there are no such options, they are those of {@code leading}
 */
record SpacingFit(ObjectNode options, int count, boolean exact) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String OFFSET = "steps_offset";
  private static final double SAME = 1e-9; // of σ, relative

  /**
   * Looks for them.
   *
   * @param row of the scheduler
   * @param recipe with the sampler
   * @param process of the recipe
   * @param offset that its pipeline adds to times whatever the file says; empty for that of the file
   */
  static SpacingFit of(
      SchedulerClass row, Recipe recipe, TrainedProcess process, OptionalInt offset) {
    return row.frame().isPresent()
        ? unnumbered(row.frame().get(), recipe, process)
        : numbered(
            row,
            recipe,
            process.discrete("{process}: expected numbered times, got others"),
            offset);
  }

  /** Of a process without numbers: if none fits, the first, which are those of the process. */
  private static SpacingFit unnumbered(
      SchedulerFrame frame, Recipe recipe, TrainedProcess process) {
    Way wanted = recipe.sampler().create(process).levels();
    Part own = Part.of(Processes.CATALOG, recipe.process());
    ObjectNode plain = NODES.objectNode();
    frame.write(own, plain);
    List<ObjectNode> candidates = frame.candidates(own, spacing(recipe), wanted);
    for (ObjectNode candidate : candidates) {
      try {
        ObjectNode file = plain.deepCopy();
        file.setAll(candidate);
        Recipe read = Recipe.ENGINE.read(frame.parts(new Options(file, frame.kind())), recipe);
        if (areNear(wanted, read.sampler().create(read.reverse()).levels())) {
          return new SpacingFit(candidate, wanted.count(), true);
        }
      } catch (IOException | IllegalArgumentException notOfThisClass) {
        // Another may be.
      }
    }
    return new SpacingFit(candidates.get(0), wanted.count(), false);
  }

  private static Part spacing(Recipe recipe) {
    ObjectNode sampler = Recipe.ENGINE.write((Record) recipe.sampler());
    return Part.of(Spacings.CATALOG, (ObjectNode) sampler.path("spacing"));
  }

  private static SpacingFit numbered(
      SchedulerClass row, Recipe recipe, ReverseProcess process, OptionalInt forced) {
    Way wanted = recipe.sampler().create(process).levels();
    List<ObjectNode> candidates = candidates(wanted, process);
    candidates.forEach(candidate -> forced.ifPresent(offset -> candidate.put(OFFSET, offset)));
    for (ObjectNode candidate : candidates) {
      try {
        ObjectNode sampler = Recipe.ENGINE.write((Record) recipe.sampler());
        sampler.put("steps", wanted.count());
        sampler.set(
            "spacing", row.times().spacing(new Options(candidate, row.name()), process.q()));
        ObjectNode tree = NODES.objectNode();
        tree.set("sampler", sampler);
        SamplerSettings read = Recipe.ENGINE.read(tree, recipe).sampler();
        if (areSame(wanted, read.create(process).levels())) {
          return new SpacingFit(candidate, wanted.count(), true);
        }
      } catch (IOException | IllegalArgumentException notOfThisClass) {
        // Another may be.
      }
    }
    return new SpacingFit(plain("leading", forced.orElse(0)), wanted.count(), false);
  }

  private static List<ObjectNode> candidates(Way wanted, ReverseProcess process) {
    List<ObjectNode> candidates = new ArrayList<>();
    double low = wanted.at(0).time();
    int gap = process.q().steps() / (wanted.count() + 1);
    for (int offset : new int[] {(int) low, (int) low - gap}) { // with the first time, or without
      if (offset >= 0) {
        candidates.add(plain("leading", offset));
      }
    }
    candidates.add(plain("trailing", 0));
    candidates.add(plain("linspace", 0));
    double from = wanted.at(0).sigma(), to = wanted.at(wanted.count() - 1).sigma();
    for (String levels : List.of("use_karras_sigmas", "use_exponential_sigmas", "use_lu_lambdas")) {
      candidates.add(plain("linspace", 0).put(levels, true));
      candidates.add(
          plain("linspace", 0).put(levels, true).put("sigma_min", from).put("sigma_max", to));
    }
    candidates.add(plain("leading", 0).put("original_inference_steps", 50));
    return candidates;
  }

  private static ObjectNode plain(String spacing, int offset) {
    return NODES.objectNode().put("timestep_spacing", spacing).put(OFFSET, offset);
  }

  private static boolean areSame(Way one, Way other) {
    return one.count() == other.count()
        && IntStream.range(0, one.count())
            .allMatch(k -> one.at(k).time() == other.at(k).time()
                && isNear(one.at(k).sigma(), other.at(k).sigma()));
  }

  private static boolean areNear(Way one, Way other) {
    return one.count() == other.count()
        && IntStream.range(0, one.count())
            .allMatch(k -> isNear(one.at(k).time(), other.at(k).time())
                && isNear(one.at(k).sigma(), other.at(k).sigma()));
  }

  private static boolean isNear(double one, double other) {
    return one == other || Math.abs(one - other) <= SAME * Math.max(one, other);
  }
}
