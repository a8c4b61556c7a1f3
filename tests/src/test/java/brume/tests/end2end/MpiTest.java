package brume.tests.end2end;

import static brume.tests.end2end.MpiProcesses.assertSame;
import static brume.tests.end2end.MpiProcesses.java;
import static brume.tests.end2end.MpiProcesses.ofMpich;
import static brume.tests.end2end.MpiProcesses.open;
import static brume.tests.end2end.MpiProcesses.ranksOf;
import static brume.tests.end2end.MpiProcesses.signal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tests.end2end.MpiProcesses.Said;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that an mpirun of the system has started end in the folder of one process. Where there is none,
 * the tests say that they skip.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MpiTest {

  private static final String TRAIN =
      "train --device cpu --threads 1 --data toy:gaussian8 --network mlp --dim 16 --batch 8 --accumulate 5 --steps 6"
          + " --checkpoint-every 2 --sample-every 0 --samples 16 --sample-steps 3 --quiet";

  private Path folder = Path.of("");
  private Path alone = Path.of("");
  private MpiProcesses processes = new MpiProcesses(folder);

  @BeforeAll
  void trainAlone(@TempDir Path place) throws Exception {
    folder = place;
    processes = new MpiProcesses(folder);
    alone = folder.resolve("alone");
    Said said = processes.await(processes.start(List.of(), TRAIN + " --run " + alone));
    said.requireSuccess();
  }

  @Test
  void threeRanksOfOpenMpiEndInTheFolderOfOneProcess() throws Exception {
    Path run = folder.resolve("three");
    Said said = processes.await(processes.start(open(3), TRAIN + " --ranks mpi --run " + run));
    said.requireSuccess();
    assertSame(alone, run);
  }

  @Test
  void twoRanksOfMpichEndInTheFolderOfOneProcess() throws Exception {
    Path run = folder.resolve("two");
    Said said = processes.await(processes.start(ofMpich(2), TRAIN + " --ranks mpi --run " + run));
    said.requireSuccess();
    assertSame(alone, run);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aRankThatHangsEndsAllWithASentence(int rank) throws Exception {
    Path run = folder.resolve("hung-" + rank);
    Process ranks = processes.start(
        open(2),
        TRAIN.replace("--steps 6", "--steps 100000") + " --rank-timeout 3s --ranks mpi --run "
            + run);
    Path checkpoint = run.resolve("checkpoints.json");
    for (int tries = 0; tries < 600 && !Files.exists(checkpoint); tries++) {
      Thread.sleep(100);
    }
    signal(ranksOf(ranks).get(rank), "STOP");
    Said said = processes.await(ranks);
    assertNotEquals(0, said.status());
    String who = Text.of("rank %d of 2: expected the others to answer within 3 s", 1 - rank);
    assertTrue(said.text().contains(who), said.text());
  }

  @Test
  void ranksOfOtherSettingsAreRefusedByName() throws Exception {
    Path run = folder.resolve("other");
    List<String> line = new ArrayList<>(open(1));
    String words = TRAIN + " --ranks mpi --run " + run;
    line.addAll(java(words));
    line.addAll(List.of(":", "-np", "1"));
    Said said = processes.await(processes.start(line, words.replace("--dim 16", "--dim 32")));
    assertNotEquals(0, said.status());
    assertTrue(
        said.text().contains("rank 1 on ") && said.text().contains("expected the recipe of rank 0"),
        said.text());
    assertFalse(Files.exists(run), "nothing was begun");
  }

  @Test
  void ranksOfOtherCodeAreRefusedByNameWithBothCodes() throws Exception {
    Path run = folder.resolve("code");
    String words = TRAIN + " --ranks mpi --run " + run;
    List<String> other = java(words);
    int classPath = other.indexOf("-cp") + 1;
    other.set(classPath, MpiProcesses.withOtherCode(other.get(classPath), folder));
    List<String> line = new ArrayList<>(open(1));
    line.addAll(other);
    line.addAll(List.of(":", "-np", "1"));
    Said said = processes.await(processes.start(line, words));
    assertNotEquals(0, said.status());
    Matcher codes = Pattern.compile("rank 1 on \\S+: expected the code of Brume of rank 0 on \\S+,"
            + " ([0-9a-f]{16}), got ([0-9a-f]{16}); start all ranks with the same words, files, Java and"
            + " version of Brume")
        .matcher(said.text());
    assertTrue(codes.find(), said.text());
    assertNotEquals(codes.group(1), codes.group(2));
    assertFalse(Files.exists(run), "nothing was begun");
  }

  @Test
  void ranksOfOtherVectorsAreRefusedByName() throws Exception {
    String words = TRAIN + " --ranks mpi --run " + folder.resolve("narrow");
    List<String> line = new ArrayList<>(open(1));
    List<String> narrow = new ArrayList<>(java(words));
    narrow.add(1, "-XX:MaxVectorSize=16");
    line.addAll(narrow);
    line.addAll(List.of(":", "-np", "1"));
    Said said = processes.await(processes.start(line, words));
    assertNotEquals(0, said.status());
    assertTrue(said.text().contains("expected the arithmetic of rank 0"), said.text());
  }

  @Test
  void aRankThatCannotReadTheDataGetsThemFromTheFirst() throws Exception {
    Path seeing = folder.resolve("seeing"), blind = Files.createDirectory(folder.resolve("blind"));
    writePictures(seeing.resolve("pictures"));
    String words = TRAIN.replace(
            "toy:gaussian8 --network mlp --dim 16",
            "images:pictures --size 8 --network dit --patch-size 4 --layers 1 --heads 2 --head-dim 4")
        + " --run ";
    List<String> here = List.of("env", "-C", seeing.toString());
    Path one = folder.resolve("seen"), two = folder.resolve("given");
    processes.await(processes.start(here, words + one)).requireSuccess();
    List<String> line = new ArrayList<>(open(1));
    line.addAll(here);
    line.addAll(java(words.replace(" --quiet", "") + two + " --ranks mpi"));
    line.addAll(List.of(":", "-np", "1", "env", "-C", blind.toString()));
    Said said = processes.await(processes.start(line, words + two + " --ranks mpi"));
    said.requireSuccess();
    assertTrue(said.text().contains("rank 1 cannot read pictures: copies are sent"), said.text());
    assertSame(one, two);
  }

  private static void writePictures(Path into) throws IOException {
    for (int i = 0; i < 12; i++) {
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i % 8, i / 2, 0xff8000 + 20 * i);
      Path kind = Files.createDirectories(into.resolve(i % 2 == 0 ? "even" : "odd"));
      ImageIO.write(picture, "png", kind.resolve(i + ".png").toFile());
    }
  }

  @Test
  void moreRanksThanPartsAreRefused() throws Exception {
    Path run = folder.resolve("many");
    Said said = processes.await(processes.start(
        open(3), TRAIN.replace("--accumulate 5", "--accumulate 2") + " --ranks mpi --run " + run));
    assertNotEquals(0, said.status());
    assertTrue(
        said.text().contains("at most one for each of the 2 parts of a step, got 3"), said.text());
  }

  @Test
  void samplesAndFiguresOfThreeRanksAreThoseOfOneProcess() throws Exception {
    String sample = "sample --run " + alone + " --device cpu --count 50 --batch 8 --quiet --out ";
    String eval = "eval --run " + alone + " --device cpu --count 32 --json --quiet --out ";
    Path one = folder.resolve("one.npy"), three = folder.resolve("three.npy");
    assertEquals(0, processes.await(processes.start(List.of(), sample + one)).status());
    Said drawn = processes.await(processes.start(open(3), sample + three + " --ranks mpi"));
    drawn.requireSuccess();
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(three));
    Path judged = folder.resolve("judged"), together = folder.resolve("together");
    assertEquals(0, processes.await(processes.start(List.of(), eval + judged)).status());
    Said figures = processes.await(processes.start(open(3), eval + together + " --ranks mpi"));
    figures.requireSuccess();
    assertEquals(figures(judged), figures(together));
  }

  /** All that is told but how long it took. */
  private static String figures(Path judged) throws IOException {
    return Files.readString(judged.resolve("eval.json"))
        .replaceAll("\"seconds\" : [0-9.]+", "\"seconds\"");
  }
}
