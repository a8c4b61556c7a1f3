package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.ArraySettings;
import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.IdxSettings;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.ranks.Ranks;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.ThreadRanks;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that cannot read the data get copies that are the same to whoever opens them. */
class SharedDataTest {

  @TempDir
  private Path folder;

  private final List<String> said = new ArrayList<>();
  private Path seen = Path.of(""), elsewhere = Path.of("");

  @BeforeEach
  void prepare() throws IOException {
    seen = Files.createDirectory(folder.resolve("seen"));
    elsewhere = folder.resolve("elsewhere"); // where nothing is
  }

  @Test
  void aFolderOfPicturesWithClasses() throws Exception {
    for (int i = 0; i < 6; i++) {
      BufferedImage picture = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i % 5, i % 4, 0xffffff);
      Path kind =
          Files.createDirectories(seen.resolve("pictures/" + (i % 2 == 0 ? "even" : "odd")));
      ImageIO.write(picture, "png", kind.resolve(i + ".png").toFile());
    }
    assertSame(place -> ImagesSettings.of(place.resolve("pictures").toString(), 4, 3, false));
  }

  @Test
  void aFileWhoseLabelsAreFoundBesideItByTheirName() throws Exception {
    Path pictures = idx("train-images-idx3-ubyte", 3, 12, 4, 4);
    idx("train-labels-idx1-ubyte", 1, 12);
    assertSame(
        place -> new IdxSettings(place.resolve(pictures.getFileName()).toString(), 4, 4, 1, false));
  }

  @Test
  void aFileWhoseLabelsAreNamedElsewhere() throws Exception {
    Path pictures = idx("pictures", 3, 12, 4, 4), labels = idx("labels", 1, 12);
    Files.move(labels, Files.createDirectory(seen.resolve("other")).resolve("labels"));
    assertSame(place -> new IdxSettings(
        place.resolve(pictures.getFileName()).toString(),
        4,
        4,
        1,
        false,
        place.resolve("other/labels").toString(),
        List.of()));
  }

  @Test
  void whoCanReadTheDataNeedsNoCopies() throws Exception {
    Path pictures = idx("pictures", 3, 12, 4, 4);
    DataSettings settings = new IdxSettings(pictures.toString(), 4, 4, 1, false);
    for (SharedData each : open(2, rank -> settings, Long.MAX_VALUE)) {
      assertEquals(Optional.empty(), each.copies());
    }
    assertEquals(List.of(), said);
  }

  @Test
  void moreThanTheLimitIsRefusedWithWhatToDo() throws Exception {
    idx("pictures", 3, 12, 4, 4);
    String sentence = assertThrows(
            IOException.class,
            () -> open(
                3,
                rank -> new ArraySettings(
                    (rank == 0 ? seen : elsewhere).resolve("pictures").toString(), 4, 4, 1, false),
                200))
        .getMessage();
    assertTrue(
        sentence.startsWith("ranks 1, 2: expected to read " + seen.resolve("pictures")
            + ", or at most 0 MiB to get copies of"),
        sentence);
  }

  /** The first of three can see the data, the second cannot, the third can. */
  private void assertSame(Function<Path, DataSettings> at) throws Exception {
    List<SharedData> all = open(3, rank -> at.apply(rank == 1 ? elsewhere : seen), Long.MAX_VALUE);
    try (Dataset expected = at.apply(seen).open()) {
      for (SharedData each : all) {
        assertEquals(expected.fingerprint(), each.data().fingerprint());
        assertEquals(expected.labelFingerprint(), each.data().labelFingerprint());
        assertEquals(expected.classes(), each.data().classes());
      }
    }
    assertEquals(1, said.size());
    assertTrue(said.get(0).startsWith("rank 1 cannot read " + seen), said.get(0));
    assertEquals(Optional.empty(), all.get(1).copies());
    Path copies = all.get(0).copies().orElseThrow().folder();
    assertTrue(Files.exists(copies));
    for (SharedData each : all) {
      each.close();
    }
    assertTrue(Files.notExists(copies), "copies are left");
  }

  /** What all but the first have opened. */
  private List<SharedData> open(int size, Function<Integer, DataSettings> settings, long most)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(size);
    List<Ranks> ranks = ThreadRanks.of(size, Duration.ofSeconds(30));
    try {
      List<Callable<Optional<SharedData>>> work = new ArrayList<>();
      ranks.forEach(each -> work.add(() -> open(each, settings.apply(each.rank()), most)));
      List<SharedData> all = new ArrayList<>();
      for (Future<Optional<SharedData>> each : threads.invokeAll(work)) {
        each.get().ifPresent(all::add);
      }
      return all;
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    } finally {
      threads.shutdownNow();
    }
  }

  private Optional<SharedData> open(Ranks ranks, DataSettings settings, long most)
      throws IOException {
    Team team = new Team(ranks);
    if (!team.leads()) {
      return Optional.of(SharedData.open(team, settings));
    }
    try {
      SharedData.offer(team, settings, said::add, most);
      return Optional.empty();
    } catch (IOException refused) {
      ranks.abort(1);
      throw refused;
    }
  }

  /** A file in the format of MNIST. */
  private Path idx(String name, int rank, int... sizes) throws IOException {
    int length = 1;
    for (int size : sizes) {
      length *= size;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * rank + length);
    bytes.put(new byte[] {0, 0, 8, (byte) rank});
    for (int size : sizes) {
      bytes.putInt(size);
    }
    for (int i = 0; i < length; i++) {
      bytes.put((byte) (rank == 1 ? i % 3 : 7 * i));
    }
    return Files.write(seen.resolve(name), bytes.array());
  }
}
