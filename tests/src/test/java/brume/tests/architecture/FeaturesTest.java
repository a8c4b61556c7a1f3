package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/features.md says is so: options train, commands know theirs, classes and tests exist. */
class FeaturesTest {

  private static final Path ROOT = Path.of(".."), PAGE = Path.of("docs", "features.md");
  private static final Path GOLDEN = Path.of("src", "test", "resources");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern COMMAND = Pattern.compile("(?m)^    \\./brume ([^#|\\n]*)");
  private static final Pattern WORD = Pattern.compile("(\"[^\"]*\"|\\S)+");
  private static final Pattern CLASS = Pattern.compile("[A-Z]\\w+(\\.\\w+)?");
  private static final int FEATURES = 130; // at least; a table that is not read has none

  /** Options that read a run or a file when a command is prepared. */
  private static final List<String> READING =
      List.of("--run", "--resume", "--config", "--from", "--train-from");

  /** What makes a network of every kind tiny. */
  private static final Map<String, String> TINY = Map.ofEntries(
      Map.entry("unet", "--dim 8 --groups 4"),
      Map.entry("unet1d", "--dim 8 --groups 4"),
      Map.entry("ddpm", "--dim 8 --groups 4"),
      Map.entry("conditional", "--dim 8 --groups 4"),
      Map.entry("unet2d", "--widths 8,16,16 --groups 4"),
      Map.entry("song", "--dim 8"),
      Map.entry("adm", "--dim 8 --head-dim 8"),
      Map.entry("karras", "--dim 8 --dim-max 8 --head-dim 4"),
      Map.entry("karras1d", "--dim 8 --dim-max 8 --head-dim 4"),
      Map.entry("karras3d", "--dim 4 --dim-max 4 --head-dim 4"),
      Map.entry("dit", "--layers 1 --heads 2 --head-dim 4 --patch-size 7"),
      Map.entry("uvit", "--dim 8 --depth 1 --heads 2 --head-dim 4"),
      Map.entry("mp-transformer", "--dim 8 --depth 1 --head-dim 4 --fourier-dim 4"),
      Map.entry("trunk", "--dim 8 --groups 4"),
      Map.entry("autoencoder", "--widths 8,8 --groups 4 --held-back 8"),
      Map.entry(
          "clip",
          "--layers 1 --heads 1 --head-dim 4 --projection 4 --held-back 8 --size 16 --data shapes"
              + " --objective contrastive"),
      Map.entry("mlp", "--dim 8"));

  /** Of pictures, wherever it is. */
  private static final String FOLDER = "PICTURES|(my-)?pictures|img_align_celeba";

  @TempDir
  private Path folder;

  /** A line of a table with what stands in code in its second and in its last column. */
  private record Line(String feature, List<String> brume, List<String> tests) {}

  private static List<Line> lines() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve(PAGE))) {
      String[] cells = line.split("\\s*\\|\\s*", -1);
      boolean isFeature = line.startsWith("|") && !line.startsWith("| ---") && cells.length >= 4;
      if (isFeature && !cells[1].equals("feature")) {
        String brume = cells.length > 4 ? cells[2] : "";
        lines.add(new Line(cells[1], code(brume), code(cells[cells.length - 2])));
        boolean isThere = cells.length == 4 || !brume.equals("not yet");
        assertEquals(isThere, !code(cells[cells.length - 2]).isEmpty(), "tests of: " + line);
      }
    }
    assertTrue(lines.size() >= FEATURES, "lines of " + PAGE + ": " + lines.size());
    return lines;
  }

  private static List<String> code(String cell) {
    return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
  }

  /** All that stands in code in second columns and is such. */
  private static Stream<String> said(Predicate<String> such) throws IOException {
    return lines().stream().flatMap(line -> line.brume().stream()).filter(such).distinct();
  }

  static Stream<String> trainings() throws IOException {
    return said(code -> code.startsWith("--"));
  }

  /** Commands of the tables, and the indented ones of the other pages. */
  static Stream<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page).replaceAll("\\\\\n *", "");
      COMMAND.matcher(text).results().map(found -> found.group(1).strip()).forEach(commands::add);
    }
    assertTrue(commands.size() >= 50, commands.toString());
    return Stream.concat(
        commands.stream(),
        said(code -> code.matches(
            "(train|sample|interpolate|inpaint|enlarge|likelihood|eval|export|list) .*")));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      Stream<Path> pages = docs.filter(page -> page.toString().endsWith(".md"));
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void optionsTrain(String options) {
    List<String> words = new ArrayList<>(List.of(options.split(" ")));
    int named = words.indexOf("--network");
    String network = named < 0 ? "unet" : words.get(named + 1);
    String small =
        TINY.get(network) + " --steps 2 --batch 2 --samples 0 --run " + folder.resolve("r");
    String[] more = small.split(" ");
    for (int i = 0; i < more.length; i += 2) {
      boolean isOfOthers = more[i].equals("--groups") && options.contains("rms-norm");
      if (!words.contains(more[i]) && !isOfOthers) {
        words.addAll(List.of(more[i], more[i + 1]));
      }
    }
    if (network.equals("unet1d") && !words.contains("--data")) {
      words.addAll(List.of("--data", "toy:waves"));
    }
    run(0, "train", words);
    assertTrue(Files.exists(folder.resolve("r").resolve("checkpoints")), words.toString());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void commandsKnowTheirOptions(String command) throws IOException {
    List<String> words = WORD.matcher(command)
        .results()
        .map(word -> word.group().replace("\"", ""))
        .toList();
    List<String> asked = new ArrayList<>();
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      boolean reads = READING.contains(word)
          || word.equals("--data") && !words.get(i + 1).matches(FOLDER + "|toy:\\w+|shapes");
      if (reads) {
        i++;
      } else {
        asked.add(word.matches(FOLDER) ? folder.toString() : word);
      }
    }
    asked.remove("--help");
    asked.add("--help");
    String help = run(0, words.get(0), asked);
    for (String word : words) {
      if (word.startsWith("--")) {
        String name = Pattern.quote(word.replaceFirst("--(no-)?", ""));
        assertTrue(
            Pattern.compile("(?m)^ +(--?[a-z-]+, )?--(\\[no-])?" + name + "(=|,| |$)")
                .matcher(help)
                .find(),
            () -> command + ": expected " + word + " in\n" + help);
      }
    }
  }

  @Test
  void epochsAreSteps() throws IOException {
    run(
        0,
        "train",
        List.of(("--data toy:swissroll --dim 8 --epochs 3 --batch 5000 --samples 0 --run "
                + folder.resolve("r"))
            .split(" ")));
    assertEquals(
        60, Files.readAllLines(folder.resolve("r").resolve("log.jsonl")).size());
  }

  @Test
  void picturesAreSteps() throws IOException {
    run(
        0,
        "train",
        List.of(
            ("--data toy:swissroll --dim 8 --pictures 2.1k --batch 100 --accumulate 2 --samples 0"
                    + " --run " + folder.resolve("r"))
                .split(" ")));
    assertEquals(
        11, Files.readAllLines(folder.resolve("r").resolve("log.jsonl")).size());
  }

  @Test
  void aDryRunWritesNothing() {
    String said = run(
        0,
        "train",
        List.of(
            ("--dry-run --data toy:swissroll --dim 8 --run " + folder.resolve("r")).split(" ")));
    assertTrue(said.contains("parameters") && said.contains("memory"), said);
    assertFalse(Files.exists(folder.resolve("r")));
  }

  @Test
  void classesExist() throws IOException {
    List<Path> sources = sources("main");
    for (String name : said(code -> CLASS.matcher(code).matches()).toList()) {
      String[] parts = name.split("\\.");
      List<Path> files =
          sources.stream().filter(file -> file.endsWith(parts[0] + ".java")).toList();
      assertFalse(files.isEmpty(), "expected a class " + name);
      if (parts.length > 1) {
        boolean found = false;
        for (Path file : files) {
          found |= Files.readString(file).matches("(?s).*\\b" + parts[1] + "\\b.*");
        }
        assertTrue(found, "expected a class with " + name);
      }
    }
  }

  @Test
  void testsAndGoldenCasesExist() throws IOException {
    List<Path> tests = sources("test");
    for (Line line : lines()) {
      for (String name : line.tests()) {
        boolean exists = name.startsWith("golden/")
            ? isGolden(name)
            : tests.stream().anyMatch(file -> file.endsWith(name + ".java"));
        assertTrue(exists, line.feature() + ": expected a test or golden cases, got " + name);
      }
    }
  }

  private static boolean isGolden(String start) throws IOException {
    Path path = GOLDEN.resolve(start), parent = path.getParent();
    String name = path.getFileName().toString();
    if (parent == null || !Files.isDirectory(parent)) {
      return false;
    }
    try (Stream<Path> cases = Files.list(parent)) {
      return cases.anyMatch(file -> file.getFileName().toString().startsWith(name));
    }
  }

  private static List<Path> sources(String set) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path java : modules.map(module -> module.resolve("src").resolve(set)).toList()) {
        if (Files.isDirectory(java)) {
          try (Stream<Path> files = Files.walk(java)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  /** What a command says when it ends so. */
  private static String run(int status, String command, List<String> words) {
    String[] all = Stream.concat(Stream.of(command), words.stream()).toArray(String[]::new);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = System.out, err = System.err;
    try (PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      System.setErr(stream);
      assertEquals(
          status,
          Main.run(all),
          () -> Arrays.stream(all).collect(Collectors.joining(" ")) + "\n"
              + said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
