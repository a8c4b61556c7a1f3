package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.run.TrainingLog;
import brume.nn.Network;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processes of the command line, alone or started by an mpirun of the system, and the folders in which they
 * end.
 *
 * @param folder for what they say
 * @param outputs where each says it
 */
record MpiProcesses(Path folder, Map<Process, Path> outputs) {

  private static final List<String> OPEN = List.of("--oversubscribe", "--bind-to", "none");

  /** What ranks have said together, and how they ended. */
  record Said(int status, String text) {

    /** Refuses an end that is no good one. */
    void requireSuccess() {
      assertEquals(0, status, text);
    }
  }

  MpiProcesses(Path folder) {
    this(folder, new ConcurrentHashMap<>());
  }

  // ---- Command lines
  // ------------------------------------------------------------------------------

  static List<String> open(int ranks) {
    List<String> line = new ArrayList<>(List.of(found("mpirun.openmpi")));
    line.addAll(OPEN);
    line.addAll(List.of("-np", Integer.toString(ranks)));
    return line;
  }

  static List<String> ofMpich(int ranks) {
    return List.of(found("mpirun.mpich"), "-np", Integer.toString(ranks));
  }

  /** The place of a program; without it the test is skipped and says so. */
  static String found(String program) {
    Optional<String> place = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(each -> Path.of(each, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
    assumeTrue(place.isPresent(), "skipped: there is no " + program + " here");
    return place.orElseThrow();
  }

  /** The command line of Brume, in a small JVM that starts soon. */
  static List<String> java(String words) {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules",
        "jdk.incubator.vector",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        Command.classPathWithout(entry -> entry.contains("slf4j-simple")),
        "brume.diffusion.cli.Main"));
    line.addAll(List.of(words.split(" ")));
    return line;
  }

  /** A class path with another place of the networks, which holds the same and one file more. */
  static String withOtherCode(String classPath, Path folder) throws Exception {
    Path place = Path.of(
        Network.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path other = folder.resolve("other-" + place.getFileName());
    if (Files.isDirectory(place)) {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.toList()) {
          Files.copy(file, other.resolve(place.relativize(file).toString()));
        }
      }
      Files.writeString(other.resolve("more.txt"), "more");
    } else {
      Files.copy(place, other);
      try (FileSystem jar = FileSystems.newFileSystem(other)) {
        Files.writeString(jar.getPath("more.txt"), "more");
      }
    }
    List<String> entries = new ArrayList<>(List.of(classPath.split(File.pathSeparator)));
    entries.replaceAll(
        entry -> Path.of(entry).toAbsolutePath().equals(place) ? other.toString() : entry);
    assertTrue(entries.contains(other.toString()), place + " is not in " + classPath);
    return String.join(File.pathSeparator, entries);
  }

  // ---- Processes
  // ----------------------------------------------------------------------------------

  Process start(List<String> before, String words) throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(java(words));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    Path said = Files.createTempFile(folder, "said", ".txt");
    builder.redirectOutput(said.toFile());
    builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT", "1");
    builder.environment().put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    Process process = builder.start();
    outputs.put(process, said);
    return process;
  }

  Said await(Process process) throws Exception {
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    return new Said(
        process.exitValue(), Files.readString(Objects.requireNonNull(outputs.get(process))));
  }

  /** The ranks that an mpirun has started so far, in their order: it starts one after the other. */
  static List<ProcessHandle> ranksOf(Process mpirun) {
    return mpirun
        .descendants()
        .filter(
            each -> each.info().command().filter(name -> name.endsWith("java")).isPresent())
        .sorted(Comparator.comparingLong(ProcessHandle::pid))
        .toList();
  }

  static void signal(ProcessHandle rank, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(rank.pid())).start().waitFor();
  }

  // ---- Folders
  // ------------------------------------------------------------------------------------

  /** The same files with the same bytes, but for times and memory in the log, and who held the lock. */
  static void assertSame(Path alone, Path run) throws IOException {
    Set<String> expected = names(alone), got = names(run);
    assertEquals(expected, got);
    for (String name : expected) {
      if (name.equals("log.jsonl")) {
        assertEquals(steps(alone.resolve(name)), steps(run.resolve(name)));
      } else if (name.equals("index.html")) {
        assertEquals(page(alone), page(run));
      } else {
        assertArrayEquals(
            Files.readAllBytes(alone.resolve(name)), Files.readAllBytes(run.resolve(name)), name);
      }
    }
  }

  /** The page of a run but for what the run is called. */
  private static String page(Path run) throws IOException {
    return Files.readString(run.resolve("index.html")).replace(">" + run.getFileName() + "<", "><");
  }

  private static Set<String> names(Path run) throws IOException {
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(Files::isRegularFile)
          .map(file -> run.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<List<Double>> steps(Path log) throws IOException {
    return TrainingLog.read(log).stream()
        .map(line ->
            List.of((double) line.step(), line.loss(), line.gradientNorm(), line.learningRate()))
        .toList();
  }
}
