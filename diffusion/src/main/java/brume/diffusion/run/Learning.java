package brume.diffusion.run;

import brume.diffusion.objective.Objective;
import brume.diffusion.recipe.Recipe;
import brume.nn.io.Stateful;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.Optimizer;
import brume.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that changes while a run learns: parameters, their averages, the optimizer's moments, what
 * the objective has learned, and the number of the step. All random numbers follow from the seed and that
 * number.
 */
final class Learning {

  private final Recipe recipe;
  private final Model model;
  private final GradientClipping clipping;
  private final Optimizer optimizer;
  private final Objective objective;
  private final List<Model> averages = new ArrayList<>();
  private final List<Ema> emas = new ArrayList<>();
  private int step;

  /** The state before the first step, owned by the innermost scope. */
  Learning(Recipe recipe, Device device, Encoders encoders) {
    this.recipe = recipe;
    this.model = new Model(recipe, device, encoders);
    this.clipping = recipe.training().clip().create();
    this.optimizer = recipe.optimizer().create(model.parameters());
    this.objective = recipe.objective().create(model.process());
    for (EmaRule rule : recipe.average().rules(recipe.training().samplesPerStep())) {
      Model average = new Model(recipe, device, encoders);
      averages.add(average);
      emas.add(new Ema(rule, model.parameters(), average.parameters()));
    }
  }

  Model model() {
    return model;
  }

  /** What samples are drawn from: the first average, or the model itself if there is none. */
  Model shown() {
    return averages.isEmpty() ? model : averages.get(0);
  }

  /** What a step does with its gradients. */
  Update update() {
    return new Update(Optional.of(clipping), optimizer, emas);
  }

  Objective objective() {
    return objective;
  }

  /** Number of the last step done. */
  int step() {
    return step;
  }

  /** Replaces random parameters; averages begin with the same ones. */
  void begin(FirstWeights weights) throws IOException {
    weights.into(model.parameters());
    for (Model average : averages) {
      weights.into(average.parameters());
    }
  }

  void goOnAfter(int stepsDone) {
    this.step = stepsDone;
  }

  void finishStep() {
    objective.stepDone();
    step++;
  }

  /** Samples seen so far. */
  long dataPosition() {
    return (long) step * recipe.training().samplesPerStep();
  }

  /** All of it but the number of the step, as parts of a checkpoint. */
  List<Stateful> parts() {
    List<Stateful> parts = new ArrayList<>();
    parts.add(Stateful.of(SavedNames.MODEL, model.parameters()));
    parts.addAll(averages());
    parts.add(Stateful.of("optimizer", optimizer));
    parts.addAll(objective.state());
    return parts;
  }

  /** The averages alone. */
  List<Stateful> averages() {
    List<Stateful> parts = new ArrayList<>();
    for (int i = 0; i < emas.size(); i++) {
      parts.add(Stateful.of(SavedNames.average(recipe.average(), i), emas.get(i)));
    }
    return parts;
  }
}
