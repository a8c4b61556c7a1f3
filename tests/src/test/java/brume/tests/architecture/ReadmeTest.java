package brume.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the README's program, and compares what it prints with its comments. */
class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PROMISE = Pattern.compile("println\\(.*\\);\\s*// (.*)$");

  @TempDir
  private Path folder;

  @Test
  void theExamplePrintsWhatItsCommentsSay() throws Exception {
    Matcher block = JAVA_BLOCK.matcher(Files.readString(README));
    assertTrue(block.find(), "expected a java block in the README");
    String program = block.group(1);
    List<String> promised = promises(program);
    assertTrue(promised.size() >= 2, "expected printed results in comments");

    compile(program);
    assertEquals(promised, run());
  }

  private static List<String> promises(String program) {
    List<String> promised = new ArrayList<>();
    for (String line : program.split("\n")) {
      Matcher promise = PROMISE.matcher(line);
      if (promise.find()) {
        promised.add(promise.group(1).strip());
      }
    }
    return promised;
  }

  private void compile(String program) throws IOException {
    Path source = Files.writeString(folder.resolve("Example.java"), program);
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
              files.getJavaFileObjects(source))
          .call();
      assertTrue(ok, complaints.toString());
    }
  }

  private List<String> run() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Method main = loader.loadClass("Example").getMethod("main", String[].class);
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
