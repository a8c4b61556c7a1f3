package brume.diffusion.web;

import brume.diffusion.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The runs that are watched, by name. A link that leads out of where it lies is passed over.
 *
 * @param places folders of runs, or of many runs
 */
record Runs(List<Path> places) {

  /** Copies the list. {@inheritDoc} */
  Runs {
    places = List.copyOf(places);
  }

  /** All runs there are now; the name of a run that has the name of an earlier one gets a number. */
  Map<String, RunFolder> all() throws IOException {
    Map<String, RunFolder> all = new TreeMap<>();
    for (Path place : places) {
      if (new RunFolder(place).holdsRun()) {
        add(place, all);
      } else if (Files.isDirectory(place)) {
        Path real = place.toRealPath();
        try (Stream<Path> found = Files.list(real)) {
          for (Path run : found.sorted().toList()) {
            if (new RunFolder(run).holdsRun() && run.toRealPath().startsWith(real)) {
              add(run, all);
            }
          }
        }
      }
    }
    return all;
  }

  private static void add(Path run, Map<String, RunFolder> to) throws IOException {
    Path real = run.toRealPath();
    String name = String.valueOf(real.getFileName()), free = name;
    for (int n = 2; to.containsKey(free); n++) {
      free = name + " (" + n + ")";
    }
    to.put(free, new RunFolder(real));
  }

  /** The run of a name, if there is one. */
  Optional<RunFolder> named(String name) throws IOException {
    return Optional.ofNullable(all().get(name));
  }
}
