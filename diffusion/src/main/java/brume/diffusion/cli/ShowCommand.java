package brume.diffusion.cli;

import brume.diffusion.recipe.Comparison;
import brume.diffusion.report.RunPage;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code brume show}: what a run is, and what came of it. */
@Command(
    name = "show",
    description = {
      "Tells what a run is and what came of it: how far it is, its figures and best checkpoint, and where its"
          + " recipe is not the default."
    },
    sortOptions = false)
final class ShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "RUN", description = "Folder of the run, or latest.")
  private String run = "";

  @Option(names = "--all", description = "Tell all settings of the recipe.")
  private boolean all;

  @Option(
      names = "--page",
      description = "Write the page index.html of the run anew, which can be mailed.")
  private boolean page;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        !all || !json, "--all: expected without --json, which tells all settings, got both");
    Shown shown = Shown.of(run);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(SettingsFile.text(shown.tree()));
    } else {
      tell(shown, out);
    }
    out.flush();
    if (page) {
      Telling.say("wrote " + RunPage.write(shown.folder()));
    }
    return 0;
  }

  private void tell(Shown shown, PrintWriter out) throws IOException {
    out.println(Text.of(
        "%s, of %s in %s",
        shown.name(), shown.report().recipe().data().title(), shown.folder().path()));
    TextTable figures = new TextTable();
    shown.figures().forEach(figures::add);
    figures.print(out, "  ");
    TextTable settings = new TextTable();
    for (Comparison.Row row : Comparison.withDefaults(shown.report().recipe())) {
      if (row.differs()) {
        settings.add(
            row.setting().key(), word(row.setting().plain()), "default " + word(row.usual()));
      }
    }
    out.println(
        settings.isEmpty() ? "recipe: all defaults" : "recipe, where it is not the default");
    settings.print(out, "  ");
    if (all) {
      TextTable rest = new TextTable();
      for (Comparison.Row row : Comparison.withDefaults(shown.report().recipe())) {
        if (!row.differs()) {
          rest.add(row.setting().key(), word(row.setting().plain()));
        }
      }
      out.println("and where it is");
      rest.print(out, "  ");
    }
  }

  private static String word(String value) {
    return value.isEmpty() ? "none" : Text.shown(value, value.length());
  }
}
