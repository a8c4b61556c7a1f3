package brume.diffusion.cli;

import brume.diffusion.exchange.Imported;
import brume.diffusion.exchange.Matching;
import brume.diffusion.exchange.StoredWeights;
import brume.diffusion.objective.Conditions;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model that a new run begins with: that of a run, one from elsewhere, or bare weights.
 *
 * @param place what it is called
 * @param recipe of the model; none of bare weights
 * @param weights its parameters
 * @param remarks to be told
 */
record Origin(String place, Optional<Recipe> recipe, StoredWeights weights, List<String> remarks) {

  /** Opens a place. */
  static Origin at(String place) throws IOException {
    Path path = Path.of(place);
    if (place.equals("latest") || Sources.isRun(path)) {
      RunFolder run = place.equals("latest") ? Sources.folderOf(place) : new RunFolder(path);
      Recipe recipe = Recipes.read(run.config());
      Checkpoint newest = new Checkpoints(run)
          .newest()
          .orElseThrow(() ->
              new IOException("--train-from: expected a run with a valid checkpoint, got none in "
                  + run.path() + "; train it until its first one"));
      Path file = SavedModel.file(recipe, newest, "average");
      return new Origin(place, Optional.of(recipe), StoredWeights.of(file), List.of());
    }
    if (Files.isRegularFile(path) && !Files.exists(path.resolveSibling("config.json"))) {
      return new Origin(place, Optional.empty(), StoredWeights.of(path), List.of());
    }
    Imported model = Imported.open(path, Optional.empty());
    return new Origin(place, Optional.of(model.recipe()), model.weights(), model.remarks());
  }

  /** A recipe with the network, what it is told and what its answers mean, of this model. */
  Recipe over(Recipe begin) {
    return recipe.map(own -> over(begin, own)).orElse(begin);
  }

  private static Recipe over(Recipe begin, Recipe own) {
    Recipe same = begin
        .withPatch(own.patch())
        .with(own.network(), own.process(), own.objective(), own.sampler(), own.clipping());
    return own.condition() instanceof Conditions.None
        ? same
        : same.with(own.condition(), own.guidance());
  }

  /** Tells what of it the network of a recipe has, and refuses a model that has nothing of it. */
  void tellMatch(Recipe wanted, Device device) throws IOException {
    remarks.forEach(Telling::warn);
    try (Scope scope = Scope.open()) {
      Model network = new Model(wanted, device, Encoders.ofOthers(wanted, device));
      Matching matching = weights.load(network.parameters());
      int all = network.parameters().size();
      if (matching.found() == 0) {
        throw new IOException(Text.of(
            "%s: expected parameters of the network, got none of its %d; %s",
            weights.source(), all, String.join("; ", matching.table())));
      }
      Telling.say(Text.of("begins with %d of %d parameters of %s", matching.found(), all, place));
      matching.table().forEach(line -> Telling.warn("of " + weights.source() + ", " + line));
    }
  }
}
