package brume.diffusion.cli;

import brume.diffusion.ranks.Team;
import brume.diffusion.run.Trainer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets Ctrl-C end a training with a checkpoint: keeps the process alive until it is saved. */
final class StopHook implements AutoCloseable {

  private static final long MOST_MINUTES = 2; // for the step that is being done

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook;

  private StopHook(Trainer trainer, Team team) {
    this.hook = new Thread(() -> stop(trainer, team), "brume-stop");
  }

  /** Waits for Ctrl-C until closed. */
  static StopHook on(Trainer trainer, Team team) {
    StopHook waiting = new StopHook(trainer, team);
    Runtime.getRuntime().addShutdownHook(waiting.hook);
    return waiting;
  }

  private void stop(Trainer trainer, Team team) {
    trainer.stop();
    if (Telling.isText()) {
      System.err.println(); // behind the ^C of the terminal
    }
    Telling.say(
        team.shares()
            ? "stopping after this step, with a checkpoint, if all ranks were asked to and none has died; else the"
                + " same command goes on from the last one"
            : "stopping after this step, with a checkpoint");
    try {
      if (!over.await(MOST_MINUTES, TimeUnit.MINUTES)) {
        Telling.warn("the step took longer than two minutes and was given up");
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook is running; it has just been told that training is over.
      return;
    }
  }
}
