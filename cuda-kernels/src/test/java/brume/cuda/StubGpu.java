package brume.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs programs in a process where NVIDIA's libraries are stand-ins that log and refuse: everything of
 * Brume and JCuda is real. Tests are skipped without a C compiler or JCuda's native libraries.
 */
final class StubGpu {

  private static final Path SOURCES = Path.of("src/test/c");

  private final Path folder;

  private StubGpu(Path folder) {
    this.folder = folder;
  }

  /** Compiles the stand-ins into a folder. */
  static StubGpu in(Path folder) throws Exception {
    assumeTrue(
        System.getProperty("os.name", "").equals("Linux")
            && System.getProperty("os.arch", "").equals("amd64"),
        "JCuda works on Linux with x86-64 only");
    assumeTrue(
        StubGpu.class.getResource("/lib/libJCudaDriver-12.6.0-linux-x86_64.so") != null,
        "JCuda's native libraries are not on the class path");
    assumeTrue(isThere("cc") && isThere("bash"), "there is no C compiler named cc");
    StubGpu gpu = new StubGpu(folder);
    gpu.run(List.of("bash", SOURCES.resolve("build.sh").toString(), folder.toString()));
    return gpu;
  }

  private static boolean isThere(String program) {
    for (String path : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(path, program))) {
        return true;
      }
    }
    return false;
  }

  /** The lines that a main class prints, and the machine that runs it. */
  List<String> java(Class<?> main, List<String> flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-Duser.home=" + folder));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.add(folder.toString());
    return run(command);
  }

  private List<String> run(List<String> command) throws IOException, InterruptedException {
    Path printed = folder.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("LD_LIBRARY_PATH", folder.toString());
    environment.put("STUB_LOG", folder.resolve("log").toString());
    environment.put("STUB_REFUSE", folder.resolve("refuse").toString());
    environment.remove("XDG_CACHE_HOME");
    environment.remove("JAVA_TOOL_OPTIONS");
    int status = builder.start().waitFor();
    List<String> lines = Files.readAllLines(printed, StandardCharsets.UTF_8);
    if (status != 0) {
      throw new AssertionError(
          command + " ended with " + status + ":\n" + String.join("\n", lines));
    }
    return lines;
  }
}
