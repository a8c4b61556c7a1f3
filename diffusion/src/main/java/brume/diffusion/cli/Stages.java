package brume.diffusion.cli;

import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs that a run builds upon and that lie in its folder. They are trained before it. What is left of
 * them follows from the folder alone, so that a run goes on wherever it was stopped.
 */
final class Stages {

  private Stages() {}

  /** Notes what each of them is to do, in the folder of a new run. */
  static void prepare(RunFolder run, List<Presets.Stage> stages, Recipe recipe) throws IOException {
    for (Presets.Stage stage : stages) {
      RunFolder folder = run.upon(stage.folder()).create();
      Recipes.write(folder.config(), stage.recipe(recipe).trainable());
    }
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
