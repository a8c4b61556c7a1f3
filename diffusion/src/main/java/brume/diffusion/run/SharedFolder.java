package brume.diffusion.run;

import brume.diffusion.ranks.Team;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of a folder that perhaps only the first of a team can see. */
final class SharedFolder {

  private static final int CHUNK = 1 << 24; // bytes

  private SharedFolder() {}

  /**
   * Gives all others copies of the files in a folder.
   *
   * @param team who gets them
   * @param from the folder, on the first; empty on the others
   * @param into where they go, on the others
   * @throws IOException if they cannot be read or written
   */
  static void give(Team team, Optional<Path> from, Path into) throws IOException {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    if (from.isPresent()) {
      List<Path> files = Folders.list(from.get());
      DataOutputStream list = new DataOutputStream(told);
      list.writeInt(files.size());
      for (Path file : files) {
        list.writeUTF(file.getFileName().toString());
        list.writeLong(Files.size(file));
      }
    }
    DataInputStream list =
        new DataInputStream(new ByteArrayInputStream(team.fromFirst(told.toByteArray())));
    int count = list.readInt();
    for (int i = 0; i < count; i++) {
      String name = list.readUTF();
      long size = list.readLong();
      if (from.isPresent()) {
        send(team, from.get().resolve(name), size);
      } else {
        receive(team, into.resolve(name), size);
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

  private static void receive(Team team, Path file, long size) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long done = 0; done < size; done += CHUNK) {
        out.write(team.fromFirst(new byte[0]));
      }
    }
  }
}
