package brume.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The check of a GPU as it is started, with the real Java and JCuda, from a packed folder, on stand-ins for
 * NVIDIA's libraries that compute nothing. Left out are the parts {@code tests}, which needs JUnit's
 * launcher, and {@code steps}, which does what {@code speed} does at more sizes; and all levels but one.
 */
class GpuCheckOnStandInsTest {

  private static final List<String> PARTS = List.of(
      "machine,smoke,kernels,quick,speed,profile,convolutions,peers,parity,determinism,endurance,capture"
          .split(","));
  private static final Path CHECK = Path.of("cuda-kernels/gpu-check.sh");

  /** What no machine needs that long for; a part that it stops is a failure of its own. */
  private static final int LIMIT = 120; // seconds

  @TempDir
  private Path folder;

  @BeforeEach
  void pack() throws Exception {
    assumeTrue(
        System.getProperty("os.name", "").equals("Linux")
            && System.getProperty("os.arch", "").equals("amd64"),
        "JCuda works on Linux with x86-64 only");
    assumeTrue(
        getClass().getResource("/lib/libJCudaDriver-12.6.0-linux-x86_64.so") != null,
        "JCuda's native libraries are not on the class path");
    assumeTrue(isThere("cc") && isThere("bash"), "there is no C compiler named cc");
    Path root = Path.of("..").toAbsolutePath().normalize();
    Files.createDirectories(folder.resolve(CHECK).getParent());
    Files.copy(root.resolve(CHECK), folder.resolve(CHECK));
    Path build = root.resolve("cuda-kernels/src/test/c/build.sh");
    assertEquals(0, bash(build.toString(), folder.resolve("stubs").toString(), "13"), printed());
    packJars(Files.createDirectories(folder.resolve(".gpu/jars")));
    Files.writeString(
        folder.resolve(".gpu/env.sh"),
        Text.of(
            """
            export PATH='%s':$PATH LD_LIBRARY_PATH='%s' XDG_CACHE_HOME='%s' PYTHON=/bin/false
            export JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1
            unset JAVA_TOOL_OPTIONS
            echo packed by a test
            """,
            Path.of(System.getProperty("java.home"), "bin"),
            folder.resolve("stubs"),
            folder.resolve("cache")));
  }

  @Test
  void everyPartEndsByItselfAndFailsWhereNothingComputedMustFail() throws Exception {
    Path report = folder.resolve("report.md");
    String options = "-q -l cudnn -s 4 -t %d -p %s -o %s";
    int status = check(Text.of(options, LIMIT, String.join(",", PARTS), report).split(" "));

    assertEquals(1, status, printed());
    Map<String, List<String>> parts = parts(report);
    assertEquals(PARTS, List.copyOf(parts.keySet()));
    int failures = 0;
    for (String part : PARTS) {
      List<String> lines = parts.get(part);
      String all = String.join("\n", lines);
      assertTrue(
          lines.stream()
              .anyMatch(line -> line.matches("." + part.substring(1) + " took \\d+ s\\.")),
          all);
      List<String> failed =
          lines.stream().filter(line -> line.startsWith("- FAIL")).toList();
      failures += failed.size();
      String must =
          switch (part) {
            case "kernels" ->
              "- FAIL kernel \\w+: \\d+ of \\d+ numbers differ from the emulator's, .*";
            case "quick", "parity" ->
              "- FAIL (.* from reference, where cpu is off by|loss and \\d+ gradients of) .*";
            default -> "none";
          };
      assertEquals(
          List.of(), failed.stream().filter(line -> !line.matches(must)).toList(), part);
      assertTrue(must.equals("none") || failed.size() > 20, all);
    }
    assertTrue(failures > 200, failures + " failures");
    List<String> lines = Files.readAllLines(report);
    assertTrue(lines.get(lines.size() - 1).startsWith(failures + " failed, in "), printed());
    assertTrue(lines.contains("host. Shown is only that parts run, end and report."));
    assertFound(parts);
  }

  /** What the parts that pass have to tell. */
  private static void assertFound(Map<String, List<String>> parts) {
    Map.of(
            "machine",
                "cuda       cuda: stub, compute capability 9.0.*cuBLAS 12.6.3 and cuDNN 9.5.1.*",
            "smoke", "- not run: there is no .gpu/jars/smoke-test.jar",
            "quick", "- PASS 1 repetitions of the captured step .*: 0 numbers differ .*",
            "speed", "\\| training dim 8 mults 1,2 size 4 .*( \\| [0-9.,]+){4} \\|.*",
            "profile", "conv2d_filter_grad.*",
            "convolutions", "FORWARD .*",
            "peers", "- not run: /bin/false has no PyTorch",
            "determinism", "- PASS two trainings of 2 steps .*: 0 of [0-9,]+ numbers differ",
            "endurance", "- PASS parameters after step 4: all finite",
            "capture", "- PASS 1 repetitions of the captured step .*: 0 numbers differ .*")
        .forEach((part, wanted) -> assertTrue(
            parts.getOrDefault(part, List.of()).stream().anyMatch(line -> line.matches(wanted)),
            part + ":\n" + String.join("\n", parts.getOrDefault(part, List.of()))));
  }

  /** The lines of each part of a report, by its name. */
  private static Map<String, List<String>> parts(Path report) throws IOException {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    List<String> part = new ArrayList<>();
    for (String line : Files.readAllLines(report)) {
      if (line.startsWith("## ")) {
        part = new ArrayList<>();
        parts.put(line.substring(3).toLowerCase(Locale.ROOT), part);
      }
      part.add(line);
    }
    return parts;
  }

  /** Jars of libraries as they are, folders of classes as jars, but for those of tests. */
  private void packJars(Path jars) throws Exception {
    Path tests =
        Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path path = Path.of(entry).toAbsolutePath();
      Path jar = jars.resolve(++number + ".jar");
      if (Files.isRegularFile(path)) {
        Files.copy(path, jar);
      } else if (Files.isDirectory(path) && !path.equals(tests)) {
        writeJar(path, jar);
      }
    }
    Files.writeString(jars.resolve("gpu-tests.jar"), ""); // of the part that is left out
  }

  private static void writeJar(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> found = Files.walk(classes)) {
      out.setLevel(0);
      for (Path each : found.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
  }

  private int check(String... options) throws Exception {
    return bash(
        Stream.concat(Stream.of(CHECK.toString()), Stream.of(options)).toArray(String[]::new));
  }

  private int bash(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.addAll(List.of(words));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("printed").toFile())
        .start()
        .waitFor();
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("printed"));
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }
}
