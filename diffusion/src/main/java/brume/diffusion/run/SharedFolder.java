package brume.diffusion.run;

import brume.diffusion.ranks.Team;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files that perhaps only the first of a team can see. */
final class SharedFolder {

  private static final int CHUNK = 1 << 24; // bytes

  private SharedFolder() {}

  /**
   * Finds what is in a folder and in those in it.
   *
   * @param place a folder, or a file
   * @return files by their names in the folder, with slashes; of a file, itself by its own name
   * @throws IOException if a folder cannot be read
   */
  static Map<String, Path> under(Path place) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    if (!Files.isDirectory(place)) {
      files.put(String.valueOf(place.getFileName()), place);
      return files;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(place, FileVisitOption.FOLLOW_LINKS)) {
      all = found.filter(Files::isRegularFile).toList();
    }
    for (Path file : all) {
      StringBuilder name = new StringBuilder();
      place.relativize(file).forEach(part -> name.append(name.length() > 0 ? "/" : "")
          .append(part));
      files.put(name.toString(), file);
    }
    return files;
  }

  /**
   * Gives others copies of files.
   *
   * @param team who takes part
   * @param files by their names, on the first; on the others nothing is read of them
   * @param into the folder in which the copies get these names, on the others; empty on those that need none
   * @throws IOException if they cannot be read or written
   */
  static void give(Team team, Map<String, Path> files, Optional<Path> into) throws IOException {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(told);
    out.writeInt(files.size());
    for (Map.Entry<String, Path> file : files.entrySet()) {
      out.writeUTF(file.getKey());
      out.writeLong(Files.size(file.getValue()));
    }
    DataInputStream list =
        new DataInputStream(new ByteArrayInputStream(team.fromFirst(told.toByteArray())));
    for (int left = list.readInt(); left > 0; left--) {
      String name = list.readUTF();
      long size = list.readLong();
      if (team.leads()) {
        send(team, Objects.requireNonNull(files.get(name)), size);
      } else {
        receive(team, into.map(folder -> folder.resolve(name)), size);
      }
    }
  }

  private static void send(Team team, Path file, long size) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (long done = 0; done < size; done += CHUNK) {
        team.fromFirst(in.readNBytes((int) Math.min(CHUNK, size - done)));
      }
    }
  }

  private static void receive(Team team, Optional<Path> file, long size) throws IOException {
    try (OutputStream out =
        file.isPresent() ? created(file.get()) : OutputStream.nullOutputStream()) {
      for (long done = 0; done < size; done += CHUNK) {
        out.write(team.fromFirst(new byte[0]));
      }
    }
  }

  private static OutputStream created(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    return Files.newOutputStream(file);
  }
}
