package brume.diffusion.cli;

import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The runs that a run builds upon and that lie in its folder. They are trained before it. What is left of
 * them follows from the folder alone, so that a run goes on wherever it was stopped.
 */
final class Stages {

  private Stages() {}

  /** Notes what each of them is to do, in the folder of a new run, unless others are taken in its place. */
  static void prepare(RunFolder run, List<Presets.Stage> stages, Recipe recipe) throws IOException {
    for (Presets.Stage stage : wanted(stages, recipe)) {
      RunFolder folder = run.upon(stage.folder()).create();
      Recipes.write(folder.config(), stage.recipe(recipe).trainable());
    }
  }

  /** Those that the run builds upon, and those upon which one of them does, the last ones first. */
  static List<Presets.Stage> wanted(List<Presets.Stage> stages, Recipe recipe) {
    Set<Path> places = new HashSet<>();
    List<Presets.Stage> wanted = new ArrayList<>();
    recipe.buildsOn().forEach(place -> places.add(Path.of(place).normalize()));
    for (int i = stages.size() - 1; i >= 0; i--) {
      Presets.Stage stage = stages.get(i);
      Path folder = Path.of(stage.folder());
      if (places.contains(folder)) {
        wanted.add(stage);
        stage
            .recipe(recipe)
            .buildsOn()
            .forEach(place -> places.add(folder.resolve(place).normalize()));
      }
    }
    return wanted;
  }

  /**
   * Those that are not at their end yet, in the order in which they are trained.
   *
   * @param run a run, maybe itself one of them
   * @param recipe of the run
   * @param whole the run in whose folder they lie
   */
  static List<RunFolder> unfinished(RunFolder run, Recipe recipe, RunFolder whole)
      throws IOException {
    List<RunFolder> unfinished = new ArrayList<>();
    for (String place : recipe.buildsOn()) {
      RunFolder upon = run.upon(place);
      if (upon.path().startsWith(whole.path().normalize())
          && upon.holdsRun()
          && !isFinished(upon)) {
        unfinished.add(upon);
      }
    }
    return unfinished;
  }

  private static boolean isFinished(RunFolder run) throws IOException {
    int steps = Recipes.read(run.config()).training().steps();
    return new Checkpoints(run)
        .newest()
        .filter(checkpoint -> checkpoint.state().step() >= steps)
        .isPresent();
  }
}
