package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Recipes;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiles and runs the programs of the pages, compares what they print with their comments, and reads
 * the recipes of the pages.
 */
class DocumentProgramsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JSON_BLOCK = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PUBLIC =
      Pattern.compile("(?m)^public (?:final )?(?:class|record) (\\w+)");
  private static final Pattern PROMISE = Pattern.compile("println\\([^;]*\\);\\s*// (.*)");

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "docs/coming-from-pytorch.md",
        "docs/recipe.md",
        "docs/adding-a-network.md",
        "docs/adding-a-sampler.md",
        "docs/text-to-image.md"
      })
  void programsPrintWhatTheirCommentsSay(String page) throws IOException, InterruptedException {
    List<String> programs = blocks(JAVA_BLOCK, page);
    assertTrue(!programs.isEmpty(), "expected a java block in " + page);
    String main = "";
    List<String> promised = new ArrayList<>();
    List<Path> sources = new ArrayList<>();
    for (String program : programs) {
      Matcher name = PUBLIC.matcher(program);
      assertTrue(name.find(), () -> "expected a public class or record in\n" + program);
      sources.add(Files.writeString(folder.resolve(name.group(1) + ".java"), program));
      if (program.contains("void main(")) {
        main = name.group(1);
        promised.addAll(promises(program));
      }
    }
    assertTrue(promised.size() >= 2, "expected printed results in comments");
    compile(sources);
    assertEquals(promised, run(main));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/coming-from-pytorch.md", "docs/recipe.md"})
  void recipesAreReadAndFit(String page) throws IOException {
    List<String> recipes = blocks(JSON_BLOCK, page);
    assertTrue(!recipes.isEmpty(), "expected a json block in " + page);
    for (String json : recipes) {
      Recipes.read(Files.writeString(folder.resolve("recipe.json"), json)).checked();
    }
  }

  private static List<String> blocks(Pattern kind, String page) throws IOException {
    String text = Files.readString(ROOT.resolve(page));
    return kind.matcher(text)
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static List<String> promises(String program) {
    return PROMISE
        .matcher(program)
        .results()
        .map(promise -> promise.group(1).strip())
        .toList();
  }

  private void compile(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean ok = compiler
          .getTask(
              complaints,
              files,
              null,
              List.of("-proc:none", "-d", folder.toString()),
              null,
              files.getJavaFileObjectsFromPaths(sources))
          .call();
      assertTrue(ok, complaints.toString());
    }
  }

  /** Runs a program in a process of its own, as it may add kinds to catalogs. */
  private List<String> run(String name) throws IOException, InterruptedException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path printed = folder.resolve("printed"), complaints = folder.resolve("complaints");
    Process program = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-Djava.awt.headless=true",
            "-cp",
            folder + File.pathSeparator + classes,
            name,
            folder.resolve("run").toString())
        .redirectOutput(printed.toFile())
        .redirectError(complaints.toFile())
        .start();
    assertTrue(program.waitFor(5, TimeUnit.MINUTES), "still running");
    assertEquals(0, program.exitValue(), Files.readString(complaints));
    return Files.readAllLines(printed);
  }
}
