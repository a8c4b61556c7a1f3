package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.run.TrainingLog;
import brume.tensor.random.RandomKey;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that an mpirun of the system has started end in the folder of one process. Where there is none,
 * the tests say that they skip.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MpiTest {

  private static final String TRAIN =
      "train --device cpu --threads 1 --data toy:gaussian8 --network mlp --dim 16 --batch 8 --accumulate 5 --steps 6"
          + " --checkpoint-every 2 --sample-every 0 --samples 16 --sample-steps 3 --quiet";
  private static final List<String> OPEN = List.of("--oversubscribe", "--bind-to", "none");
  private static final int KILLS = 3;

  private final Map<Process, Path> outputs = new ConcurrentHashMap<>();
  private Path folder = Path.of("");
  private Path alone = Path.of("");

  /** What ranks have said together, and how they ended. */
  private record Said(int status, String text) {}

  @BeforeAll
  void trainAlone(@TempDir Path place) throws Exception {
    folder = place;
    alone = folder.resolve("alone");
    Said said = await(start(List.of(), TRAIN + " --run " + alone));
    assertEquals(0, said.status, said.text);
  }

  @Test
  void threeRanksOfOpenMpiEndInTheFolderOfOneProcess() throws Exception {
    Path run = folder.resolve("three");
    Said said = await(start(open(3), TRAIN + " --ranks mpi --run " + run));
    assertEquals(0, said.status, said.text);
    assertSame(run);
  }

  @Test
  void twoRanksOfMpichEndInTheFolderOfOneProcess() throws Exception {
    Path run = folder.resolve("two");
    Said said = await(start(ofMpich(2), TRAIN + " --ranks mpi --run " + run));
    assertEquals(0, said.status, said.text);
    assertSame(run);
  }

  @Test
  void killedAndStartedAgainTheyEndInTheSameFolder() throws Exception {
    Path run = folder.resolve("killed");
    double[] chances = new double[2 * KILLS];
    RandomKey.of(19).fillUniform(0, chances, 0, chances.length);
    for (int kill = 0; kill < KILLS; kill++) {
      Process ranks = start(open(3), TRAIN + " --ranks mpi --run " + run);
      long moment =
          (long) (4000 * chances[2 * kill]); // milliseconds, from before the first step on
      if (!ranks.waitFor(moment, TimeUnit.MILLISECONDS)) {
        List<ProcessHandle> all = ranksOf(ranks);
        if (!all.isEmpty()) {
          kill(all.get((int) (all.size() * chances[2 * kill + 1])), "KILL");
        }
        assertTrue(ranks.waitFor(1, TimeUnit.MINUTES), "the others go on");
      }
    }
    Said said = await(start(open(3), TRAIN + " --ranks mpi --run " + run));
    assertEquals(0, said.status, said.text);
    assertSame(run);
  }

  @Test
  void aRankThatHangsEndsAllWithASentence() throws Exception {
    Path run = folder.resolve("hung");
    Process ranks = start(
        open(2),
        TRAIN.replace("--steps 6", "--steps 100000") + " --rank-timeout 3s --ranks mpi --run "
            + run);
    Path checkpoint = run.resolve("checkpoints.json");
    for (int tries = 0; tries < 600 && !Files.exists(checkpoint); tries++) {
      Thread.sleep(100);
    }
    kill(ranksOf(ranks).get(1), "STOP");
    Said said = await(ranks);
    assertNotEquals(0, said.status);
    assertTrue(said.text.contains("expected the others to answer within 3 s"), said.text);
  }

  @Test
  void ranksOfOtherSettingsAreRefusedByName() throws Exception {
    Path run = folder.resolve("other");
    List<String> line = new ArrayList<>(open(1));
    String words = TRAIN + " --ranks mpi --run " + run;
    line.addAll(java(words));
    line.addAll(List.of(":", "-np", "1"));
    Said said = await(start(line, words.replace("--dim 16", "--dim 32")));
    assertNotEquals(0, said.status);
    assertTrue(
        said.text.contains("rank 1 on ") && said.text.contains("expected the recipe of rank 0"),
        said.text);
    assertFalse(Files.exists(run), "nothing was begun");
  }

  @Test
  void moreRanksThanPartsAreRefused() throws Exception {
    Path run = folder.resolve("many");
    Said said = await(start(
        open(3), TRAIN.replace("--accumulate 5", "--accumulate 2") + " --ranks mpi --run " + run));
    assertNotEquals(0, said.status);
    assertTrue(
        said.text.contains("at most one for each of the 2 parts of a step, got 3"), said.text);
  }

  @Test
  void samplesAndFiguresOfThreeRanksAreThoseOfOneProcess() throws Exception {
    String sample = "sample --run " + alone + " --device cpu --count 50 --batch 8 --quiet --out ";
    String eval = "eval --run " + alone + " --device cpu --count 32 --json --quiet --out ";
    Path one = folder.resolve("one.npy"), three = folder.resolve("three.npy");
    assertEquals(0, await(start(List.of(), sample + one)).status);
    Said drawn = await(start(open(3), sample + three + " --ranks mpi"));
    assertEquals(0, drawn.status, drawn.text);
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(three));
    Path judged = folder.resolve("judged"), together = folder.resolve("together");
    assertEquals(0, await(start(List.of(), eval + judged)).status);
    Said figures = await(start(open(3), eval + together + " --ranks mpi"));
    assertEquals(0, figures.status, figures.text);
    assertEquals(figures(judged), figures(together));
  }

  /** All that is told but how long it took. */
  private static String figures(Path judged) throws IOException {
    return Files.readString(judged.resolve("eval.json"))
        .replaceAll("\"seconds\" : [0-9.]+", "\"seconds\"");
  }

  // ---- Processes
  // ----------------------------------------------------------------------------------

  private static List<String> open(int ranks) {
    List<String> line = new ArrayList<>(List.of(found("mpirun.openmpi")));
    line.addAll(OPEN);
    line.addAll(List.of("-np", Integer.toString(ranks)));
    return line;
  }

  private static List<String> ofMpich(int ranks) {
    return List.of(found("mpirun.mpich"), "-np", Integer.toString(ranks));
  }

  private static String found(String program) {
    Optional<String> place = Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(each -> Path.of(each, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
    assumeTrue(place.isPresent(), "skipped: there is no " + program + " here");
    return place.orElseThrow();
  }

  private static List<String> java(String words) {
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

  private Process start(List<String> before, String words) throws IOException {
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

  private Said await(Process process) throws Exception {
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    return new Said(
        process.exitValue(), Files.readString(Objects.requireNonNull(outputs.get(process))));
  }

  private static List<ProcessHandle> ranksOf(Process mpirun) {
    return mpirun
        .descendants()
        .filter(
            each -> each.info().command().filter(name -> name.endsWith("java")).isPresent())
        .toList();
  }

  private static void kill(ProcessHandle rank, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(rank.pid())).start().waitFor();
  }

  // ---- Folders
  // ------------------------------------------------------------------------------------

  /** The same files with the same bytes, but for times and memory in the log, and who held the lock. */
  private void assertSame(Path run) throws IOException {
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
