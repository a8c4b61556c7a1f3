package brume.cuda.library;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a Linux machine keeps libraries: first what the user says, then the system's, then Python's. */
final class LibraryFolders {

  private static final List<String> SYSTEM = List.of(
      "/usr/lib/x86_64-linux-gnu",
      "/lib/x86_64-linux-gnu",
      "/usr/lib64",
      "/lib64",
      "/usr/lib",
      "/usr/lib/wsl/lib",
      "/usr/local/nvidia/lib64",
      "/usr/local/nvidia/lib",
      "/usr/local/cuda/lib64",
      "/usr/local/cuda-*/lib64",
      "/usr/local/cuda*/targets/x86_64-linux/lib",
      "/opt/cuda/lib64");

  /** Where pip puts NVIDIA's libraries, below the folder of an installation of Python. */
  private static final List<String> PYTHON = List.of(
      "/lib/python3*/site-packages/nvidia/*/lib", "/lib/python3*/dist-packages/nvidia/*/lib");

  private LibraryFolders() {}

  /** All folders that exist, in the order in which they are searched. */
  static List<Path> all(Map<String, String> environment, String home) {
    Set<Path> folders = new LinkedHashSet<>();
    String given = environment.getOrDefault("LD_LIBRARY_PATH", "");
    for (String path : (given + ":" + System.getProperty("java.library.path", "")).split(":")) {
      add(path, folders);
    }
    add(environment.getOrDefault("CONDA_PREFIX", "") + "/lib", folders);
    linkerFolders().forEach(path -> add(path, folders));
    SYSTEM.forEach(path -> add(path, folders));
    for (String prefix : List.of(
        environment.getOrDefault("VIRTUAL_ENV", "/usr"),
        environment.getOrDefault("CONDA_PREFIX", "/usr"),
        home + "/.local",
        home + "/.pyenv/versions/*",
        "/usr/local",
        "/usr")) {
      PYTHON.forEach(path -> add(prefix + path, folders));
    }
    return List.copyOf(folders);
  }

  /** Folders the system's linker was told of. */
  private static List<String> linkerFolders() {
    List<String> folders = new ArrayList<>();
    for (Path file : matching(Path.of("/etc/ld.so.conf.d"), "*.conf")) {
      try {
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("/"))
            .forEach(folders::add);
      } catch (IOException unreadable) {
        continue; // then the linker cannot read it, either
      }
    }
    return folders;
  }

  /** Adds the folders that match a path whose parts may have stars. */
  private static void add(String path, Set<Path> folders) {
    if (!path.startsWith(File.separator)) {
      return;
    }
    List<Path> found = List.of(Path.of("/"));
    for (Path part : Path.of(path)) {
      List<Path> next = new ArrayList<>();
      for (Path folder : found) {
        if (part.toString().contains("*")) {
          next.addAll(matching(folder, part.toString()));
        } else if (Files.isDirectory(folder.resolve(part))) {
          next.add(folder.resolve(part));
        }
      }
      found = next;
    }
    folders.addAll(found);
  }

  /** Entries of a folder that match, sorted; none if it cannot be read. */
  static List<Path> matching(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    if (Files.isReadable(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
        entries.forEach(found::add);
      } catch (IOException unreadable) {
        return List.of();
      }
    }
    found.sort(null);
    return found;
  }
}
