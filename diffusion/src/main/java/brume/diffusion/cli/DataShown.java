package brume.diffusion.cli;

import brume.diffusion.data.DataReport;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.Selection;
import brume.diffusion.image.PlotException;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/**
 * Shows what a run learns from: on the terminal before it begins, and in its folder once it has.
 *
 * @param recipe of the run
 * @param data that it learns from
 * @param report what was found
 */
record DataShown(Recipe recipe, Dataset data, DataReport report) {

  private static final int NAMED = 8; // skipped files, unless all are asked for
  private static final JsonMapper JSON = new JsonMapper();

  /** What there is to show of data. */
  static DataShown of(Recipe recipe, Dataset data) {
    return new DataShown(recipe, data, data.report());
  }

  /**
   * Tells what was found.
   *
   * @param all whether to name every class and every file that was skipped, on standard output
   */
  void tell(boolean all) {
    int skipped = report.skipped().size();
    if (Telling.isText()) { // programs are told an event
      report.summary().forEach(Telling::say);
      if (skipped > NAMED && !all) {
        Telling.say("--data-report names all files that were skipped, and says why");
      }
    }
    Telling.event("data", facts -> facts.setAll(report.tree(all ? skipped : NAMED)));
    int least = recipe.network().learnsFromFew() ? 1 : DataReport.FEW;
    report.warnings(least).forEach(Telling::warn);
    if (all && !Telling.isJson()) {
      report.lines().forEach(System.out::println);
    }
  }

  /** Writes {@code data.png} and {@code data.json} when a run begins. */
  TrainingListener in(RunFolder folder) {
    return new TrainingListener() {
      @Override
      public void begins(int step, Model model) throws IOException {
        if (step == 0 || !Files.exists(folder.dataReport())) {
          write(folder);
        }
      }

      @Override
      public void warned(String sentence) {
        Telling.warn(sentence);
      }
    };
  }

  private void write(RunFolder folder) throws IOException {
    byte[] json = JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(report.tree(report.skipped().size()))
        .getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.dataReport(), json);
    Exhibit exhibit = recipe.data().exhibit();
    Selection some = Selection.of(data, exhibit.ofData(), recipe.seed());
    try {
      exhibit.writeData(folder.dataSheet(), some.read(), some.captions());
      Telling.say("made " + folder.dataSheet());
    } catch (PlotException unplottable) { // a machine that cannot draw text can train nevertheless
      Telling.warn(String.valueOf(unplottable.getMessage()));
    }
  }
}
