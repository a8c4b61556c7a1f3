package brume.tests.durable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What was done to the files below a folder, call by call, and what a disk may still have of it if the
 * power fails in between. It has all that was forced. Of what was not, it may have kept anything: a
 * name without its bytes, a later name without an earlier one, the beginning of a file.
 */
final class Disk {

  private final Path root;
  private final List<Operation> operations = new ArrayList<>();

  /** A call, done to the memory of the disk. */
  private interface Operation {
    void doTo(Memory memory);
  }

  Disk(Path root) {
    this.root = root;
  }

  /** Number of calls so far. */
  int calls() {
    return operations.size();
  }

  // ---- Calls ------------------------------------------------------------------------------------

  void create(Path file) {
    operations.add(memory -> memory.folder(file.getParent()).put(nameOf(file), new FileNode()));
  }

  void createFolder(Path folder) {
    operations.add(
        memory -> memory.folder(folder.getParent()).put(nameOf(folder), new FolderNode()));
  }

  void write(Path file, byte[] all) {
    operations.add(memory -> memory.file(file).bytes = all);
  }

  void truncate(Path file, int size) {
    operations.add(
        memory -> memory.file(file).bytes = Arrays.copyOf(memory.file(file).bytes, size));
  }

  void force(Path file) {
    operations.add(memory -> memory.file(file).force());
  }

  void forceNames(Path folder) {
    operations.add(memory -> memory.folder(folder).force());
  }

  void delete(Path path) {
    operations.add(memory -> memory.folder(path.getParent()).put(nameOf(path), null));
  }

  void rename(Path from, Path to) {
    if (!from.getParent().equals(to.getParent())) {
      throw new IllegalArgumentException("nothing is moved to another folder");
    }
    operations.add(memory -> {
      FolderNode folder = memory.folder(from.getParent());
      Map<String, Node> change = new LinkedHashMap<>();
      change.put(nameOf(from), null);
      change.put(nameOf(to), folder.now.get(nameOf(from)));
      folder.change(change);
    });
  }

  /** A copy, then a deletion. */
  void moveInPieces(Path from, Path to) {
    operations.add(memory -> {
      Node node = memory.folder(from.getParent()).now.get(nameOf(from));
      memory
          .folder(to.getParent())
          .put(nameOf(to), node instanceof FolderNode ? new FolderNode() : new FileNode());
    });
    operations.add(memory -> {
      Node node = memory.folder(from.getParent()).now.get(nameOf(from));
      if (node instanceof FolderNode folder) {
        folder.now.forEach((name, child) -> memory.folder(to).put(name, child));
      } else if (node instanceof FileNode file) {
        memory.file(to).bytes = file.bytes;
      }
    });
    delete(from);
  }

  private static String nameOf(Path path) {
    return path.getFileName().toString();
  }

  // ---- Power failure ----------------------------------------------------------------------------

  /** How much of what was not forced the disk has nevertheless. */
  enum Luck {
    NOTHING,
    NAMES_ONLY,
    BYTES_ONLY,
    ANYTHING;

    boolean keepsName(RandomGenerator random) {
      return this == NAMES_ONLY || this == ANYTHING && random.nextBoolean();
    }

    byte[] keeps(FileNode file, RandomGenerator random) {
      return switch (this) {
        case NOTHING, NAMES_ONLY -> file.forced;
        case BYTES_ONLY -> file.bytes;
        case ANYTHING -> file.isForced() || random.nextBoolean() ? file.bytes : torn(file, random);
      };
    }

    /** Part of what was written, and zeros where the rest should be. */
    private static byte[] torn(FileNode file, RandomGenerator random) {
      byte[] torn = file.bytes.clone();
      // What was there before and has been appended to stays.
      int same = Arrays.mismatch(file.forced, file.bytes);
      int stays = same < 0 ? file.bytes.length : same;
      int from = stays + random.nextInt(Math.max(1, torn.length - stays));
      Arrays.fill(torn, Math.min(from, torn.length), torn.length, (byte) 0);
      return torn;
    }
  }

  /** What the disk has after some calls. */
  Contents afterPowerFailure(int calls, Luck luck, RandomGenerator random) {
    Memory memory = new Memory();
    for (Operation operation : operations.subList(0, calls)) {
      operation.doTo(memory);
    }
    Contents contents = new Contents(new TreeMap<>());
    memory.top.addTo(contents, "", luck, random);
    return contents;
  }

  /**
   * Files and folders.
   *
   * @param files their bytes, each as a letter, by their paths; null for a folder
   */
  record Contents(TreeMap<String, String> files) {

    /** Puts all into an empty folder. */
    void writeTo(Path folder) throws IOException {
      for (Map.Entry<String, String> entry : files.entrySet()) {
        Path path = folder.resolve(entry.getKey());
        if (entry.getValue() == null) {
          Files.createDirectory(path);
        } else {
          Files.write(path, entry.getValue().getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
  }

  private final class Memory {
    final FolderNode top = new FolderNode();

    FolderNode folder(Path path) {
      return (FolderNode) node(path);
    }

    FileNode file(Path path) {
      return (FileNode) node(path);
    }

    private Node node(Path path) {
      Node node = top;
      if (!path.equals(root)) {
        for (Path name : root.relativize(path)) {
          node = ((FolderNode) node).now.get(name.toString());
        }
      }
      return node;
    }
  }

  private abstract static class Node {}

  private static final class FileNode extends Node {
    private byte[] bytes = {};
    private byte[] forced = {};

    void force() {
      forced = bytes;
    }

    boolean isForced() {
      return Arrays.equals(forced, bytes);
    }
  }

  private static final class FolderNode extends Node {
    private final Map<String, Node> now = new TreeMap<>();
    private final Map<String, Node> forced = new TreeMap<>();
    private final List<Map<String, Node>> changes = new ArrayList<>(); // since then

    void put(String name, Node node) {
      Map<String, Node> change = new LinkedHashMap<>();
      change.put(name, node);
      change(change);
    }

    /** Names that change together; null takes one away. */
    void change(Map<String, Node> change) {
      changes.add(change);
      apply(change, now);
    }

    void force() {
      changes.forEach(change -> apply(change, forced));
      changes.clear();
    }

    private static void apply(Map<String, Node> change, Map<String, Node> to) {
      change.forEach((name, node) -> {
        if (node == null) {
          to.remove(name);
        } else {
          to.put(name, node);
        }
      });
    }

    void addTo(Contents contents, String place, Luck luck, RandomGenerator random) {
      Map<String, Node> kept = new TreeMap<>(forced);
      for (Map<String, Node> change : changes) {
        if (luck.keepsName(random)) {
          apply(change, kept);
        }
      }
      for (Map.Entry<String, Node> entry : kept.entrySet()) {
        String path = place + entry.getKey();
        if (entry.getValue() instanceof FolderNode below) {
          contents.files().put(path, null);
          below.addTo(contents, path + "/", luck, random);
        } else if (entry.getValue() instanceof FileNode file) {
          contents
              .files()
              .put(path, new String(luck.keeps(file, random), StandardCharsets.ISO_8859_1));
        }
      }
    }
  }
}
