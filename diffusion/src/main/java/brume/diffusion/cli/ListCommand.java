package brume.diffusion.cli;

import brume.diffusion.metric.Metrics;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.Setting;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code brume list}: what there is to choose from. */
@Command(
    name = "list",
    description = {
      "Lists the kinds of a choice with a sentence, their settings and their source.",
      "Without a name, lists the choices."
    },
    sortOptions = false)
final class ListCommand implements Callable<Integer> {

  private static final String PRESETS = "presets";

  @Parameters(arity = "0..1", paramLabel = "WHAT", description = "For example networks.")
  private String what = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Catalog<?>> catalogs = catalogs();
    List<String> names = new ArrayList<>(catalogs.keySet());
    names.add(PRESETS);
    if (what.isEmpty()) {
      if (json) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        names.forEach(all::add);
        out.print(SettingsFile.text(all));
      } else {
        names.forEach(out::println);
      }
    } else if (what.equals(PRESETS)) {
      presets(out);
    } else {
      Catalog<?> catalog = catalogs.get(what);
      UsageException.unless(
          catalog != null,
          Text.of(
              "list: expected one of %s, got %s%s",
              String.join(", ", names), what, Guess.of(what, names)));
      if (catalog != null) {
        kinds(catalog, out);
      }
    }
    out.flush();
    return 0;
  }

  /** The catalogs by the plural of what they list. */
  static Map<String, Catalog<?>> catalogs() {
    Map<String, Catalog<?>> catalogs = new LinkedHashMap<>();
    Recipe.ENGINE.catalogs().forEach(catalog -> catalogs.put(catalog.plural(), catalog));
    catalogs.put(Metrics.CATALOG.plural(), Metrics.CATALOG); // no part of a recipe
    return catalogs;
  }

  private void kinds(Catalog<?> catalog, PrintWriter out) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Kind<?> kind : catalog.kinds()) {
      ObjectNode entry = all.addObject();
      entry.put("name", kind.name());
      entry.put("about", kind.about());
      entry.put("source", kind.source());
      entry.set("settings", Recipe.ENGINE.write(kind.record()));
      if (!json) {
        out.printf(Locale.ROOT, "%-18s %s%n", kind.name(), kind.about());
        if (!kind.source().isEmpty()) {
          out.printf(Locale.ROOT, "%-18s source: %s%n", "", kind.source());
        }
        for (Setting setting : Recipe.ENGINE.list(kind.record())) {
          String value = setting.plain().isEmpty() ? "none" : setting.plain();
          String name = catalog == Metrics.CATALOG ? setting.name() : setting.option();
          out.printf(Locale.ROOT, "%-18s %s %s%n", "", name, value);
        }
      }
    }
    if (json) {
      out.print(SettingsFile.text(all));
    }
  }

  private void presets(PrintWriter out) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (String name : Presets.names()) {
      Presets.Preset preset = Presets.named(name);
      ObjectNode entry = all.addObject();
      entry.put("name", name);
      entry.put("about", preset.about());
      entry.put("source", preset.source());
      entry.put("figures", preset.figures());
      entry.set("recipe", Recipe.ENGINE.write(preset.recipe()));
      if (!json) {
        out.printf(Locale.ROOT, "%-21s %s%n", name, preset.about());
        out.printf(Locale.ROOT, "%-21s source: %s%n", "", preset.source());
        if (!preset.figures().isEmpty()) {
          out.printf(Locale.ROOT, "%-21s figures: %s%n", "", preset.figures());
        }
      }
    }
    if (json) {
      out.print(SettingsFile.text(all));
    }
  }
}
