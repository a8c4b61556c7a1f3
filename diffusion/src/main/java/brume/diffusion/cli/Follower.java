package brume.diffusion.cli;

import brume.diffusion.ranks.Team;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SharedData;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A rank that trains what the first tells it to: that one reads folders and settings, decides and writes; the
 * others compute.
 *
 * @param team who trains
 * @param device where this rank computes
 * @param recompute whether blocks of networks are computed again in the backward pass
 */
record Follower(Team team, Device device, boolean recompute) {

  private static final String RUN = "run", RECIPE = "recipe";

  /** The first tells the others what is trained now, and gives them the data that they cannot read. */
  static void lead(Team team, Recipe recipe, RunFolder folder) throws IOException {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put(RUN, folder.path().toAbsolutePath().normalize().toString());
    told.set(RECIPE, Recipe.ENGINE.write(recipe));
    tell(team, told);
    SharedData.offer(team, recipe.data(), Telling::say);
  }

  /** The first tells the others that nothing is left to train. */
  static void dismiss(Team team) throws IOException {
    tell(team, JsonNodeFactory.instance.objectNode());
  }

  private static void tell(Team team, ObjectNode what) throws IOException {
    team.fromFirst(SettingsFile.text(what).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Trains until nothing is left.
   *
   * @return status for the shell
   * @throws IOException as of {@link Trainer#run}
   */
  int follow() throws IOException {
    while (true) {
      JsonNode told = SettingsFile.read(
          new ByteArrayInputStream(team.fromFirst(new byte[0])), "what rank 0 says");
      if (!told.has(RUN)) {
        return 0;
      }
      train(
          Recipes.overlay(told.get(RECIPE), "what rank 0 says", Recipes.plain()),
          new RunFolder(Path.of(told.get(RUN).asText())));
    }
  }

  private void train(Recipe recipe, RunFolder folder) throws IOException {
    try (SharedData shared = SharedData.open(team, recipe.data())) {
      Trainer trainer = new Trainer(recipe, folder, shared.data(), device, TrainingListener.SILENT);
      trainer.recompute(recompute);
      trainer.shareWith(team);
      try (StopHook hook = StopHook.on(trainer, team)) {
        trainer.run();
      }
    }
  }
}
