package brume.diffusion.cli;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Datasets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Checkpoint;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Data whose place is told anew: those of a run that lie elsewhere now, or of a preset. */
final class Moved {

  private Moved() {}

  /** The settings of the run's data with the place of others of their kind. */
  static DataSettings to(String word, DataSettings before) {
    DataSettings named = Datasets.named(word);
    UsageException.unless(
        named.getClass().equals(before.getClass()),
        Text.of(
            "--data: expected the data of the run, %s, in another place, got %s",
            Datasets.CATALOG.of(before).name(), word));
    return placed(named, before);
  }

  /** Data that were named by their place, with the other settings of some of the same kind. */
  static DataSettings placed(DataSettings named, DataSettings others) {
    ObjectNode place = Recipe.ENGINE.write((Record) named).retain("path");
    return place.isEmpty() || !named.getClass().equals(others.getClass())
        ? named
        : (DataSettings) Recipe.ENGINE.read(place, (Record) others);
  }

  /** Refuses other data than a checkpoint was made with. */
  static void requireSame(Checkpoint checkpoint, Dataset data, String word) throws IOException {
    String then = checkpoint.state().data(), labels = checkpoint.state().labels();
    UsageException.unless(
        (then.isEmpty() || then.equals(data.fingerprint()))
            && (labels.isEmpty() || labels.equals(data.labelFingerprint())),
        "--data: expected the data the run was begun with, in another place, got others at "
            + word);
  }
}
