package brume.diffusion.cli;

import brume.diffusion.recipe.Comparison;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code brume compare}: runs side by side. */
@Command(
    name = "compare",
    description = "Tells what differs between the recipes of runs, and their figures side by side.",
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of two or more runs.")
  private List<String> runs = List.of();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        runs.size() >= 2, "RUN: expected two or more runs to compare, got " + runs.size());
    List<Shown> all = new ArrayList<>();
    for (String run : runs) {
      all.add(Shown.of(run));
    }
    List<Comparison.Difference> differences =
        Comparison.between(all.stream().map(each -> each.report().recipe()).toList());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.print(SettingsFile.text(tree(all, differences)));
    } else {
      tell(all, differences, out);
    }
    out.flush();
    return 0;
  }

  private static void tell(
      List<Shown> all, List<Comparison.Difference> differences, PrintWriter out)
      throws IOException {
    TextTable table = new TextTable();
    List<String> heads = new ArrayList<>(List.of(""));
    List<Map<String, String>> figures = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Shown each : all) {
      heads.add(each.name());
      figures.add(each.figures());
      names.addAll(each.figures().keySet());
    }
    table.add(heads);
    for (String name : names) {
      List<String> cells = new ArrayList<>(List.of(name));
      figures.forEach(each -> cells.add(each.getOrDefault(name, "-")));
      table.add(cells);
    }
    for (Comparison.Difference each : differences) {
      List<String> cells = new ArrayList<>(List.of(each.key()));
      each.values().forEach(value -> cells.add(word(Objects.requireNonNullElse(value, "-"))));
      table.add(cells);
    }
    table.print(out, "");
    if (differences.isEmpty()) {
      out.println("the recipes are the same");
    }
  }

  private static String word(String value) {
    return value.isEmpty() ? "none" : Text.shown(value, value.length());
  }

  private static ObjectNode tree(List<Shown> all, List<Comparison.Difference> differences)
      throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ArrayNode each = tree.putArray("runs");
    for (Shown one : all) {
      each.add(one.tree());
    }
    ArrayNode rows = tree.putArray("differences");
    for (Comparison.Difference difference : differences) {
      ObjectNode row = rows.addObject().put("key", difference.key());
      difference.values().forEach(row.putArray("values")::add);
    }
    return tree;
  }
}
