package brume.cuda;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which way of computing each convolution was the fastest on a device, kept in a file: two ways add in
 * different orders, so a run that measured anew might compute other bits than the one before. A line
 * for each convolution has its sizes, the chosen way, and what all ways took, with tabs between. Safe
 * for use by many threads; of processes that measure at once the first one's choice stays.
 */
final class ConvolutionChoices {

  /** The name of our own kernels. */
  static final String OWN = "own";

  private static final Logger LOG = LoggerFactory.getLogger(ConvolutionChoices.class);

  private final Optional<Path> file;
  private final String about;
  private final Map<String, Line> lines = new TreeMap<>();
  private boolean told;

  private record Line(String name, String times) {}

  private ConvolutionChoices(Optional<Path> file, String about) {
    this.file = file;
    this.about = about;
    read();
  }

  /** Choices that last as long as the process. */
  static ConvolutionChoices inMemory() {
    return new ConvolutionChoices(Optional.empty(), "");
  }

  /**
   * Choices for a device and a library, in a file of their own.
   *
   * @param folder is made when something is written
   * @param device and its driver, as they describe themselves
   * @param library its version and arithmetic
   */
  static ConvolutionChoices in(Path folder, String device, String library) {
    String about = device + ", " + library;
    String name = about.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
    return new ConvolutionChoices(
        Optional.of(folder.resolve("convolutions-" + name + ".tsv")), about);
  }

  /** What was chosen for a convolution, if anything was. */
  synchronized Optional<String> of(String convolution) {
    return Optional.ofNullable(lines.get(convolution)).map(Line::name);
  }

  /**
   * Keeps a choice, in the place of an older one.
   *
   * @param convolution its pass and sizes
   * @param name of the fastest way
   * @param times what each way took
   * @return the name that is kept, which is another if a process has chosen meanwhile
   */
  synchronized String keep(String convolution, String name, String times) {
    Line known = lines.get(convolution);
    read();
    Line kept = lines.get(convolution);
    if (kept == null || kept.equals(known)) {
      kept = new Line(name, times);
      lines.put(convolution, kept);
      write();
    }
    return kept.name;
  }

  /** What doctor says: how many were chosen, by whom, and where that is kept; nothing if none were. */
  synchronized Optional<String> summary() {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Integer> counts = new TreeMap<>();
    lines.values().forEach(line -> counts.merge(line.name, 1, Integer::sum));
    List<String> told = new ArrayList<>();
    counts.forEach((name, count) -> told.add(Text.of("%d by %s", count, name)));
    return Optional.of(Text.of(
        "convolutions: %d timed, of which %s; kept in %s, delete it to time them again",
        lines.size(), String.join(", ", told), file.map(Path::toString).orElse("memory")));
  }

  private void read() {
    if (file.isEmpty() || !Files.exists(file.get())) {
      return;
    }
    try {
      for (String line : Files.readAllLines(file.get(), StandardCharsets.UTF_8)) {
        String[] parts = line.split("\t", -1);
        if (parts.length == 3
            && !line.startsWith("#")) { // others were damaged, and are timed again
          lines.put(parts[0], new Line(parts[1], parts[2]));
        }
      }
    } catch (IOException unreadable) {
      tell(unreadable);
    }
  }

  private void write() {
    if (file.isEmpty()) {
      return;
    }
    List<String> text = new ArrayList<>();
    text.add(
        "# The fastest way of each convolution on " + about + "; delete this file to time again");
    lines.forEach((name, line) -> text.add(name + "\t" + line.name + "\t" + line.times));
    try {
      Path folder = file.get().toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "convolutions", ".part");
      Files.write(part, text, StandardCharsets.UTF_8);
      Files.move(
          part, file.get(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      tell(unwritable);
    }
  }

  private void tell(IOException problem) {
    if (!told) {
      told = true;
      LOG.warn(
          "{}: expected to keep there which convolutions are fastest, got {}; the next run times them"
              + " again and may compute other last bits",
          file.get(),
          problem.toString());
    }
  }
}
