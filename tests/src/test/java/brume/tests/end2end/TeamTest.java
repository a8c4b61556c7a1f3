package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.Dataset;
import brume.diffusion.objective.Objectives;
import brume.diffusion.optimize.Optimizers;
import brume.diffusion.ranks.Ranks;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.ThreadRanks;
import brume.diffusion.ranks.Wire;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A team ends in the bits of one that trains alone with gradients of the same parts. */
class TeamTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int STEPS = 4, PARTS = 7;

  private @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void anyNumberOfRanksEndsInTheSameBits(int size) throws Exception {
    assertSame(size, run -> run);
  }

  private static final String SHAPES =
      "\"patch\": 1, \"data\": {\"kind\": \"shapes\", \"size\": 16, \"pictures\": 40, \"most\": 1}, ";

  /** Besides denoising with AdamW, which {@link #anyNumberOfRanksEndsInTheSameBits} has. */
  private static List<String> ways() {
    return List.of(
        "{'optimizer': {'kind': 'adam'}}",
        "{'optimizer': {'kind': 'sgd', 'momentum': 0.9}, 'training': {'clip': {'kind': 'value'}}}",
        "{'optimizer': {'kind': 'muon', 'decay': 0.01}}",
        "{'objective': {'kind': 'kl'}, 'process': {'predict': 'epsilon'}}",
        "{'objective': {'kind': 'hybrid'}, 'process': {'predict': 'epsilon', 'variance': 'learned-range'}}",
        "{'objective': {'kind': 'weighted'}, 'process': {'predict': 'both'}}",
        "{SHAPES 'samples': {'count': 0}, 'objective': {'kind': 'classifier', 'heldBack': 4},"
            + " 'network': {'kind': 'trunk', 'dim': 8, 'mults': [1, 2], 'groups': 4}}",
        "{SHAPES 'objective': {'kind': 'autoencoder', 'heldBack': 4},"
            + " 'network': {'kind': 'autoencoder', 'widths': [8, 8], 'groups': 4}}",
        "{SHAPES 'samples': {'count': 0}, 'objective': {'kind': 'contrastive', 'heldBack': 4},"
            + " 'network': {'kind': 'clip', 'patchSize': 8, 'layers': 1, 'heads': 2, 'headDim': 4}}",
        "{SHAPES 'condition': {'kind': 'labels', 'drop': 0.5}}",
        "{'objective': {'noise': {'immiscible': true}}}",
        "{'average': {'kind': 'post-hoc'}, 'training': {'clip': {'kind': 'off'}}}");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyWayOfLearningEndsInTheSameBits(String way) throws Exception {
    String settings = way.replace('\'', '"').replace("SHAPES ", SHAPES);
    assertSame(3, run -> run.with("%s", settings));
  }

  @Test
  void noOptimizerAndNoObjectiveIsLeftOut() {
    List<String> names = new ArrayList<>(Optimizers.CATALOG.names());
    names.addAll(Objectives.CATALOG.names());
    names.removeAll(List.of("adamw", "denoising"));
    for (String name : names) {
      assertTrue(ways().stream().anyMatch(way -> way.contains("'" + name + "'")), name);
    }
  }

  @Test
  void timesVisitedByTheirLossesAreTheSame() throws Exception {
    // Enough steps for every time to have losses enough.
    assertSame(3, run -> run.withTimesByLoss().withBatch(4, 5).withSteps(4, 2));
  }

  @Test
  void otherDataAreRefusedByName() throws Exception {
    TinyRun run = tiny("other");
    String said = assertThrows(
            Team.DifferenceException.class,
            () -> together(ThreadRanks.of(2, PATIENCE), each -> {
              Dataset data = new Waves(10 + each.rank(), TinyRun.SIDE);
              Trainer trainer = new Trainer(
                  run.recipe(), run.folder(), data, Backends.cpu(), TrainingListener.SILENT);
              trainer.shareWith(new Team(each));
              return trainer.run();
            }))
        .getMessage();
    assertTrue(said.startsWith("rank 1 on ") && said.contains("expected the data of rank 0"), said);
    assertTrue(Files.notExists(run.folder().config()), "it was begun");
  }

  private void assertSame(int size, UnaryOperator<TinyRun> change) throws Exception {
    TinyRun alone = change.apply(tiny("alone"));
    assertEquals(Trainer.Outcome.FINISHED, alone.train(Backends.cpu()));
    TinyRun shared = change.apply(tiny("shared"));
    train(shared, ThreadRanks.of(size, PATIENCE), Wire.F32);
    assertEquals(alone.log(), shared.log());
    Map<String, byte[]> expected = alone.checkpoint(STEPS), got = shared.checkpoint(STEPS);
    assertEquals(expected.keySet(), got.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, got.get(name), name));
  }

  private TinyRun tiny(String name) throws IOException {
    return TinyRun.in(folder.resolve(name)).withBatch(2, PARTS).withSteps(STEPS, 2);
  }

  private static List<Trainer.Outcome> train(TinyRun run, List<Ranks> ranks, Wire wire)
      throws Exception {
    return together(ranks, each -> {
      Trainer trainer = run.trainer(Backends.cpu(), TrainingListener.SILENT);
      trainer.shareWith(new Team(each, wire));
      return trainer.run();
    });
  }

  /** What one rank does. */
  @FunctionalInterface
  private interface Work<T> {
    T of(Ranks ranks) throws Exception;
  }

  private static <T> List<T> together(List<Ranks> ranks, Work<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ranks.size());
    AtomicReference<Throwable> first = new AtomicReference<>(); // the others fail because of it
    try {
      List<Callable<T>> all = new ArrayList<>();
      ranks.forEach(each -> all.add(() -> {
        try {
          return work.of(each);
        } catch (Exception | Error failed) {
          first.compareAndSet(null, failed);
          each.abort(1);
          throw failed;
        }
      }));
      List<T> done = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(all)) {
        done.add(each.get());
      }
      return done;
    } catch (ExecutionException failed) {
      throw first.get() instanceof Exception cause ? cause : failed;
    } finally {
      threads.shutdownNow();
    }
  }
}
