package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the command line said, run in a process of its own. */
record Command(int status, String out, String err) {

  /** The class path of this process, less what is not wanted. */
  static String classPathWithout(Predicate<String> unwanted) {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(
        File.pathSeparator,
        Arrays.stream(all.split(File.pathSeparator)).filter(unwanted.negate()).toList());
  }

  /** Runs words with spaces between them; what is said goes into files of a folder first. */
  static Command run(Path folder, String classPath, Map<String, String> environment, String words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules",
        "jdk.incubator.vector",
        "-XX:TieredStopAtLevel=1",
        "-Xmx512m",
        "-cp",
        classPath,
        "brume.diffusion.cli.Main"));
    line.addAll(List.of(words.split(" ")));
    Path out = folder.resolve("out"), err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
