package brume.diffusion.run;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.ranks.Team;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Data that perhaps not all of a team can see where the first sees them. Those that cannot are given copies,
 * file by file, and keep them in a folder of their own until they are done.
 *
 * @param data what is learned from
 * @param copies the folder of the copies, if they were needed
 */
public record SharedData(Dataset data, Optional<Scratch> copies) implements AutoCloseable {

  private static final long MOST =
      16L << 30; // bytes; beyond, a folder that all can read serves better
  private static final double MEBI = 1 << 20;

  /**
   * The first lets the others have what they cannot see, while they {@link #open} it.
   *
   * @param team led by this one
   * @param settings of the data
   * @param say is told who will get how much, unless all can see the data
   * @throws IOException if files cannot be read, or are too large to be given away
   */
  public static void offer(Team team, DataSettings settings, Consumer<String> say)
      throws IOException {
    offer(team, settings, say, MOST);
  }

  /** The same with another limit, in bytes. */
  static void offer(Team team, DataSettings settings, Consumer<String> say, long most)
      throws IOException {
    List<Integer> blind = blind(team, false);
    if (blind.isEmpty()) {
      return;
    }
    Map<String, Path> files = new TreeMap<>();
    List<Path> places = settings.files();
    for (Path place : places) {
      String folder = Files.isDirectory(place) ? copy(place, places) : group(place, places);
      SharedFolder.under(place).forEach((name, file) -> files.put(folder + "/" + name, file));
    }
    long bytes = 0;
    for (Path file : files.values()) {
      bytes += Files.size(file);
    }
    String who = (blind.size() == 1 ? "rank " : "ranks ") + Text.shown(commas(blind), 60);
    if (bytes > most) {
      throw new IOException(Text.of(
          "%s: expected to read %s, or at most %.0f MiB to get copies of, got %.0f MiB; put the data where"
              + " all ranks can read them",
          who, commas(places), most / MEBI, bytes / MEBI));
    }
    say.accept(Text.of(
        "%s cannot read %s: copies are sent, %d files of together %.1f MiB",
        who, commas(places), files.size(), bytes / MEBI));
    SharedFolder.give(team, files, Optional.empty());
  }

  /**
   * Opens data that the first of the team {@linkplain #offer offers}.
   *
   * @param team led by another one
   * @param settings of the data, as they are for the first
   * @return the same data
   * @throws IOException if they cannot be read, or copies not be kept
   */
  public static SharedData open(Team team, DataSettings settings) throws IOException {
    boolean missing = settings.files().stream().anyMatch(file -> !Files.isReadable(file));
    if (blind(team, missing).isEmpty()) {
      return new SharedData(settings.open(), Optional.empty());
    }
    Optional<Scratch> copies = missing ? Optional.of(Scratch.create("data")) : Optional.empty();
    try {
      SharedFolder.give(team, Map.of(), copies.map(Scratch::folder));
      DataSettings here = missing ? placed(settings, copies.orElseThrow().folder()) : settings;
      return new SharedData(here.open(), copies);
    } catch (IOException | RuntimeException failed) {
      forget(copies);
      throw failed;
    }
  }

  /** Who cannot see the data. */
  private static List<Integer> blind(Team team, boolean mine) throws IOException {
    List<byte[]> said = team.gather(new byte[] {(byte) (mine ? 1 : 0)});
    return IntStream.range(0, said.size())
        .filter(rank -> said.get(rank)[0] != 0)
        .boxed()
        .toList();
  }

  /** The same data, in the folder of the copies. */
  private static DataSettings placed(DataSettings settings, Path copies) {
    ObjectNode tree = Recipe.ENGINE.write((Record) settings);
    List<Path> places = new ArrayList<>();
    for (String setting : Fingerprint.PLACES) {
      if (!tree.path(setting).asText().isBlank()) {
        Path place = Path.of(tree.get(setting).asText());
        places.add(place);
        tree.put(setting, copies.resolve(copy(place, places)).toString());
      }
    }
    return (DataSettings) Recipe.ENGINE.read(tree, (Record) settings);
  }

  /** Where a file or folder lies among the copies. */
  private static String copy(Path place, List<Path> places) {
    Path name = place.toAbsolutePath().normalize().getFileName();
    return group(place, places) + "/" + (name == null ? "all" : name);
  }

  /** A folder for those from one folder, as some are found by the names of others beside them. */
  private static String group(Path place, List<Path> places) {
    Path beside = place.toAbsolutePath().normalize().getParent();
    return IntStream.range(0, places.size())
        .filter(i ->
            Objects.equals(beside, places.get(i).toAbsolutePath().normalize().getParent()))
        .mapToObj(Integer::toString)
        .findFirst()
        .orElse("");
  }

  private static String commas(List<?> all) {
    return String.join(", ", all.stream().map(Object::toString).toList());
  }

  /** Closes the data and deletes the copies. */
  @Override
  public void close() throws IOException {
    try {
      data.close();
    } finally {
      forget(copies);
    }
  }

  private static void forget(Optional<Scratch> copies) throws IOException {
    if (copies.isPresent()) {
      copies.get().close();
    }
  }
}
