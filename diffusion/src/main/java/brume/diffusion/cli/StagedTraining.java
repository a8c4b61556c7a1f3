package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.ranks.Team;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.Listeners;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.RunLock;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.tensorboard.TensorBoard;
import brume.nn.Role;
import brume.tensor.Device;
import brume.tensor.Text;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a run and, before it, the runs in its folder that it builds upon, until all are at their ends or
 * somebody asks to stop.
 *
 * @param asked the run, on which the caller has the lock
 * @param team who shares the work, led by this process
 * @param device where to compute
 * @param recompute whether blocks of networks are computed again in the backward pass
 * @param cacheLatents whether what the autoencoder says of pictures of the run is kept
 * @param tensorboard whether files for TensorBoard are begun
 * @param timeBudget text of the time that all may take together; null for no end
 * @param begun when that time began
 * @param origin where the first parameters of the run come from, if they are not random
 */
record StagedTraining(
    RunFolder asked,
    Team team,
    Device device,
    boolean recompute,
    boolean cacheLatents,
    boolean tensorboard,
    @Nullable String timeBudget,
    Instant begun,
    Optional<Origin> origin) {

  /**
   * How training ended.
   *
   * @param how a word for programs
   * @param code for the shell
   */
  private record Ending(String how, int code) {
    static final Ending FINISHED = new Ending("finished", 0);
    static final Ending TIME = new Ending("time", 0);
    static final Ending STOPPED = new Ending("stopped", 130); // as a shell reports Ctrl-C
  }

  /**
   * Trains the run, and before it those in its folder that it builds upon.
   *
   * @param recipe of the run
   * @param data what it learns from
   * @return code for the shell
   * @throws IOException as of {@link Trainer#run}
   */
  int train(Recipe recipe, DataShown data) throws IOException {
    return train(recipe, asked, data).code();
  }

  /** First what it builds upon, then itself: the run that was asked for, or one of those before it. */
  private Ending train(Recipe recipe, RunFolder folder, DataShown data) throws IOException {
    for (RunFolder before : Stages.unfinished(folder, recipe, asked)) {
      Ending ending = trainStage(before);
      if (!ending.equals(Ending.FINISHED)) {
        return ending;
      }
    }
    Recipe whole = Encoders.spelledOut(recipe, folder, data.data(), device);
    return trainItself(whole.trainable(), folder, data);
  }

  private Ending trainStage(RunFolder before) throws IOException {
    try (RunLock lock = RunLock.onExisting(before.path())) {
      Recipe recipe = Recipes.read(lock.folder().config());
      try (Dataset data = recipe.data().open()) {
        DataShown shown = DataShown.of(recipe, data);
        Telling.say("first, what it builds upon: run in " + lock.folder().path());
        return train(recipe, lock.folder(), shown);
      }
    }
  }

  private Ending trainItself(Recipe recipe, RunFolder folder, DataShown data) throws IOException {
    try (Showcase showcase = new Showcase(recipe, folder, data.data(), device);
        TensorBoard board = new TensorBoard(recipe, folder)) {
      List<TrainingListener> listeners = new ArrayList<>(List.of(data.in(folder), showcase));
      if (recipe.objective().tellsClasses()) {
        listeners.add(new Accuracy(recipe, data.data(), device));
      }
      if (recipe.objective().role() == Role.AUTOENCODER) {
        listeners.add(new Reconstructions(recipe, folder, data.data(), device));
      }
      if (recipe.objective().role() == Role.TOWERS) {
        listeners.add(new Retrieval(recipe, data.data(), device));
      }
      if (recipe.evaluation().every() > 0) {
        listeners.add(new Evaluating(recipe, folder, data.data(), device));
      }
      if (tensorboard || TensorBoard.isIn(folder)) {
        listeners.add(board);
      }
      Trainer trainer = new Trainer(recipe, folder, data.data(), device, new Listeners(listeners));
      trainer.recompute(recompute);
      trainer.cacheLatents(
          cacheLatents && folder.equals(asked)); // which has one, not what it builds upon
      if (team.shares()) {
        Follower.lead(team, recipe, folder);
        trainer.shareWith(team);
      }
      if (folder.equals(asked)) { // what it builds upon begins at random
        origin.ifPresent(from -> trainer.beginWith(from.weights()::load));
      }
      try (StopHook hook = StopHook.on(trainer, team);
          TimeBudget budget = TimeBudget.of(timeBudget, begun, trainer::stop)) {
        if (trainer.run() == Trainer.Outcome.STOPPED) {
          Telling.say(Text.of(
              "%s; go on with: %s train --resume %s%s",
              budget.isSpent() ? "the time is over" : "stopped",
              CommandName.get(),
              asked.path(),
              team.ranks().size() > 1 ? " --ranks mpi, started as now" : ""));
          return budget.isSpent() ? ended(Ending.TIME) : ended(Ending.STOPPED);
        }
        // Told before Ctrl-C is let through.
        return folder.equals(asked) ? ended(Ending.FINISHED) : Ending.FINISHED;
      }
    }
  }

  private static Ending ended(Ending ending) {
    Telling.end(ending.how());
    return ending;
  }
}
