package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README, docs/adding-an-op.md and docs/gpu.md say about files is so. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern SOURCE_FILE = Pattern.compile("(\\w+/)*\\w+\\.(java|cuh?|ptx)");
  private static final Pattern STEP =
      Pattern.compile("(?m)^\\| (\\d+) \\| ([^|]+) \\| ([\\d,]+) \\| [^|]+ \\|$");
  private static final Pattern EXCERPT =
      Pattern.compile("```(?:java|cuda|ptx)\\n// (\\S+)\\n(.*?)```", Pattern.DOTALL);

  /** A tenth more or less, and some lines for short files. */
  private static final double LINES = 0.1, MORE = 15;

  @Test
  void everyStepOfTheReadingOrderLeadsToItsFiles() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    List<MatchResult> steps = STEP.matcher(readme).results().toList();
    assertEquals(10, steps.size(), "steps of the reading order");
    for (MatchResult step : steps) {
      int lines = 0;
      for (Path file : files(step.group(2))) {
        lines += Files.readAllLines(file).size();
      }
      int promised = Integer.parseInt(step.group(3).replace(",", ""));
      assertEquals(promised, lines, LINES * promised + MORE, "lines of step " + step.group(1));
    }
  }

  @Test
  void filesThatPagesNameExist() throws IOException {
    for (String page : List.of("README.md", "docs/adding-an-op.md", "docs/gpu.md")) {
      List<String> names = CODE.matcher(Files.readString(ROOT.resolve(page)))
          .results()
          .map(code -> code.group(1))
          .filter(code -> SOURCE_FILE.matcher(code).matches())
          .toList();
      assertTrue(names.size() >= 5, page);
      for (String name : names) {
        source(name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/adding-an-op.md", "docs/gpu.md"})
  void excerptsAreInTheirFiles(String name) throws IOException {
    String page = Files.readString(ROOT.resolve(name));
    List<MatchResult> excerpts = EXCERPT.matcher(page).results().toList();
    assertEquals(
        page.split("```(java|cuda|ptx)", -1).length - 1, excerpts.size(), "excerpts with a file");
    for (MatchResult excerpt : excerpts) {
      String code = unindented(Files.readString(source(excerpt.group(1))));
      int from = 0;
      for (String piece : excerpt.group(2).split("(?m)^\\.\\.\\.$")) {
        String wanted = unindented(piece.strip());
        int found = code.indexOf(wanted, from);
        assertTrue(found >= 0, () -> excerpt.group(1) + ": expected, in this order,\n" + wanted);
        from = found + wanted.length();
      }
    }
  }

  /** The files of a row such as {@code `a/B`, `C`}, where C lies beside B. */
  private static List<Path> files(String row) throws IOException {
    List<Path> files = new ArrayList<>();
    for (MatchResult code : CODE.matcher(row).results().toList()) {
      String name = code.group(1) + ".java";
      Path last = files.isEmpty() ? ROOT : files.get(files.size() - 1);
      files.add(name.contains("/") ? source(name) : last.resolveSibling(name));
    }
    return files;
  }

  /** The only source file whose path ends so, tests included. */
  private static Path source(String end) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.map(path -> path.resolve("src")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> files = Files.walk(module)) {
            files.filter(file -> file.endsWith(end)).forEach(found::add);
          }
        }
      }
    }
    assertEquals(1, found.size(), () -> end + ": expected one file, got " + found);
    return found.get(0);
  }

  private static String unindented(String code) {
    return Arrays.stream(code.split("\n")).map(String::strip).collect(Collectors.joining("\n"));
  }
}
