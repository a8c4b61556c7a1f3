package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.FashionMnist;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.optimize.ClipSettings;
import brume.diffusion.optimize.Clips;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.TrainingSettings;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.Muon;
import brume.nn.optim.Optimizer;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose parameters move one by one end as those do whose parameters wait for each other. */
class OneByOneTest {

  private static final Device CPU = Backends.cpu();

  @TempDir
  private Path folder;

  @Test
  void endsInTheSameBits() throws IOException {
    Checkpoint waiting = trained("waiting", new Clips.Value(1e30)); // which limits nothing
    Checkpoint single = trained("single", new Clips.Off());
    assertEquals(files(waiting), files(single));
    assertTrue(files(single).size() >= 3, "weights, average and moments");
    List<TrainingLog.Line> log = TrainingLog.read(new RunFolder(folder.resolve("single")).log());
    assertEquals(
        numbers(TrainingLog.read(new RunFolder(folder.resolve("waiting")).log())), numbers(log));
    assertTrue(log.get(3).gradientNorm() > 0);
  }

  @Test
  void waitsWhereSomethingIsAskedOfAllGradientsTogether() {
    try (Scope scope = Scope.open()) {
      Adam adam = new Adam(List.of(), AdamConfig.adam());
      Muon muon = new Muon(List.of(), new Muon.Config(0.9, true, AdamConfig.adamW(0)));
      assertTrue(isSingle(1, GradientClipping.off(), adam));
      assertEquals(false, isSingle(2, GradientClipping.off(), adam));
      assertEquals(false, isSingle(1, GradientClipping.euclidean(1), adam));
      assertEquals(false, isSingle(1, GradientClipping.byValue(1), adam));
      assertEquals(false, isSingle(1, GradientClipping.off(), muon));
    }
  }

  private static boolean isSingle(int parts, GradientClipping clipping, Optimizer optimizer) {
    TrainingStep passes = new TrainingStep(
        (batch, random) -> {
          throw new AssertionError("no step is taken");
        },
        (model, batch, random, pass) -> {
          throw new AssertionError("no step is taken");
        },
        parts,
        false);
    Update update = new Update(Optional.of(clipping), optimizer, List.of());
    return OneByOne.of(passes, update, (Backend) CPU).isPresent();
  }

  private Checkpoint trained(String name, ClipSettings clip) throws IOException {
    Training usual = Training.on(FashionMnist.load(), CPU)
        .with(UnetSettings.of(8, List.of(1, 2)))
        .withSteps(4);
    Recipe recipe = usual.recipe();
    TrainingSettings t = recipe.training();
    usual
        .with(new TrainingSettings(
            t.steps(), 2, 1, clip, t.checkpointEvery(), t.keep(), t.rewarmAfter(), t.rewarm()))
        .run(folder.resolve(name));
    return new Checkpoints(new RunFolder(folder.resolve(name))).newest().orElseThrow();
  }

  private static Map<String, String> files(Checkpoint of) {
    Map<String, String> files = new TreeMap<>(of.state().sha256());
    files.remove(CheckpointState.FILE); // names the recipe
    return files;
  }

  private static List<List<Double>> numbers(List<TrainingLog.Line> log) {
    return log.stream().map(line -> List.of(line.loss(), line.gradientNorm())).toList();
  }
}
