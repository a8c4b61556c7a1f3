package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rank is killed again and again, at moments drawn by chance: every other time once so many further steps
 * are in the log, and else while the ranks start, meet and read the checkpoint. The same command goes on each
 * time and ends in the folder of one process that was never killed. Which moments were drawn is reported, and
 * said by a failure; the seed draws them again.
 */
class MpiKillTest {

  private static final long SEED = 19;
  private static final int KILLS = 10, RANKS = 3;
  private static final int MOST_STEPS = 6; // further, before a kill
  private static final int MOST_MILLIS = 30; // after a step, which takes about as long
  private static final String TRAIN =
      "train --device cpu --threads 1 --data toy:gaussian8 --network mlp --dim 16 --batch 64 --accumulate 5 --steps 60"
          + " --checkpoint-every 2 --keep 3 --sample-every 0 --samples 16 --sample-steps 3 --quiet --run ";

  @TempDir
  private Path folder;

  private final List<String> story = new ArrayList<>();

  @Test
  void killedTenTimesAndStartedAgainTheyEndInTheSameFolder(TestReporter reporter) throws Exception {
    MpiProcesses processes = new MpiProcesses(folder);
    Path run = folder.resolve("killed"), alone = folder.resolve("alone");
    List<String> mpirun = MpiProcesses.open(RANKS);
    processes.await(processes.start(List.of(), TRAIN + alone)).requireSuccess();
    double[] chances = new double[3 * KILLS];
    RandomKey.of(SEED).fillUniform(0, chances, 0, chances.length);
    double untilTraining = 0; // seconds that a start took until its first step
    for (int kill = 0; kill < KILLS; kill++) {
      long begun = System.nanoTime();
      Process ranks = processes.start(mpirun, TRAIN + run + " --ranks mpi");
      double chance = chances[3 * kill];
      if (kill % 2 == 0) {
        int done = lines(run);
        awaitLines(run, done + 1, ranks);
        untilTraining = (System.nanoTime() - begun) * 1e-9;
        awaitLines(run, done + 1 + (int) (MOST_STEPS * chance), ranks);
        Thread.sleep((long) (MOST_MILLIS * chances[3 * kill + 2]));
      } else {
        assertTrue(
            ranks.isAlive()
                && !ranks.waitFor((long) (1e3 * untilTraining * chance), TimeUnit.MILLISECONDS),
            () -> "ended by itself: " + story);
      }
      String which = killOne(ranks, chances[3 * kill + 1]);
      story.add(Text.of(
          "seed %d, kill %d: %s, %d steps in the log, %.2f s after the start",
          SEED, kill, which, lines(run), (System.nanoTime() - begun) * 1e-9));
      assertTrue(ranks.waitFor(30, TimeUnit.SECONDS), () -> "the others go on: " + story);
      assertNotEquals(0, ranks.exitValue(), story::toString);
    }
    story.forEach(line -> reporter.publishEntry("killed", line));
    processes.await(processes.start(mpirun, TRAIN + run + " --ranks mpi")).requireSuccess();
    MpiProcesses.assertSame(alone, run);
  }

  /** Kills one of those that have started; at least one, if it takes a while. */
  private static String killOne(Process ranks, double chance) throws Exception {
    List<ProcessHandle> all = MpiProcesses.ranksOf(ranks);
    while (all.isEmpty() && ranks.isAlive()) {
      Thread.sleep(5);
      all = MpiProcesses.ranksOf(ranks);
    }
    int which = (int) (all.size() * chance);
    MpiProcesses.signal(all.get(which), "KILL");
    return Text.of("process %d of %d", which, all.size());
  }

  private void awaitLines(Path run, int wanted, Process ranks) throws Exception {
    while (lines(run) < wanted) {
      assertTrue(ranks.isAlive(), () -> "ended by itself: " + story);
      Thread.sleep(2);
    }
  }

  private static int lines(Path run) throws IOException {
    Path log = run.resolve("log.jsonl");
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(log)) {
      return (int) lines.count();
    }
  }
}
