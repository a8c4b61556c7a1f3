package brume.diffusion.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.settings.SettingException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries damaged files. Whatever a file holds, it is read or refused in one sentence that names it: no
 * other exception, no error of memory or stack, no end of waiting.
 *
 * <p>Files that were once read wrongly are kept in {@code corpus/FORMAT} beside the test, and are tried
 * each time, with a few hundred new ones that are always the same. With {@code -Dbrume.fuzz.seconds=600}
 * each format is tried for so long with files that are never the same, and those that find a fault are
 * written to {@code target/fuzz}.
 */
public final class Fuzzing {

  private static final int TRIES = 300;
  private static final int LONGEST = 30; // seconds of one file until it is said to hang
  private static final int MOST_FAULTS = 20;
  private static final int LONGEST_SENTENCE = 2000; // letters

  private final List<Reading> readings;
  private final List<String> named;
  private ExecutorService worker = worker();

  private volatile @Nullable Thread reader;
  private volatile boolean holdsNull; // the file, so that a sentence may quote it
  private int read;
  private int refused;

  /** Reads what a file holds, all of it. */
  @FunctionalInterface
  public interface Reading {

    /**
     * Reads the file as it lies on the disk now.
     *
     * @throws IOException if it is refused, as may be a {@link SettingException}
     */
    void read() throws IOException;
  }

  private Fuzzing(List<Reading> readings, List<String> named) {
    this.readings = readings;
    this.named = named;
  }

  /**
   * Tries the corpus of a format and damaged files.
   *
   * @param test beside which the corpus is
   * @param format its name
   * @param file where each file is put
   * @param damaged the next damaged file
   * @param readings ways to read the file, each of which is tried
   * @param named one of these is in every refusal
   * @throws IOException if a file cannot be written
   */
  public static void run(
      Class<?> test,
      String format,
      Path file,
      Function<Damage, byte[]> damaged,
      List<Reading> readings,
      List<String> named)
      throws IOException {
    Fuzzing fuzzing = new Fuzzing(readings, named);
    List<String> faults = new ArrayList<>();
    for (Path kept : corpus(test, format)) {
      String fault = fuzzing.fault(file, Files.readAllBytes(kept));
      if (fault != null) {
        faults.add(kept.getFileName() + ": " + fault);
      }
    }
    long seconds = Long.getLong("brume.fuzz.seconds", 0);
    long begin = System.nanoTime(), seed = seconds == 0 ? 0 : begin;
    Set<String> known = new HashSet<>();
    int tries = 0;
    while (seconds == 0
        ? tries < TRIES
        : System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(seconds)) {
      byte[] bytes = damaged.apply(new Damage(seed + tries++));
      String fault = fuzzing.fault(file, bytes);
      if (fault != null && known.size() < MOST_FAULTS && known.add(place(fault))) {
        faults.add(keep(format, bytes) + ": " + fault);
      }
    }
    if (seconds > 0) {
      System.out.println(format + ": " + tries + " files, " + fuzzing.read + " times read, "
          + fuzzing.refused + " times refused, faults: " + faults);
    }
    assertEquals(List.of(), faults, format);
  }

  /**
   * Files of a format that were worth keeping.
   *
   * @param test beside which the corpus is
   * @param format its name
   * @return the files, maybe none
   * @throws IOException if they cannot be listed
   */
  public static List<Path> corpus(Class<?> test, String format) throws IOException {
    URL folder = test.getResource("corpus/" + format);
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.sorted().toList();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Faults that differ in numbers only are one. */
  private static String place(String fault) {
    return fault.replaceAll("[0-9]+", "#").replaceAll("'.*'", "''");
  }

  private static Path keep(String format, byte[] bytes) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "fuzz"));
    Path kept = folder.resolve(format + "-" + Integer.toHexString(Arrays.hashCode(bytes)));
    return Files.write(kept, bytes);
  }

  private static ExecutorService worker() {
    return Executors.newSingleThreadExecutor(task -> {
      Thread thread = new Thread(task, "fuzzed");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** What is wrong with how a file is read, or null. */
  private @Nullable String fault(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    holdsNull = new String(bytes, StandardCharsets.ISO_8859_1).contains("null");
    Callable<@Nullable String> task = this::fault;
    try {
      return worker.submit(task).get(LONGEST, TimeUnit.SECONDS);
    } catch (TimeoutException hangs) {
      Thread thread = Objects.requireNonNull(reader);
      worker = worker(); // the former may never be free again
      return "hangs in " + frames(thread.getStackTrace());
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable String fault() {
    reader = Thread.currentThread();
    for (Reading reading : readings) {
      String fault = fault(reading);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable String fault(Reading reading) {
    try {
      reading.read();
      read++;
      return null;
    } catch (IOException | SettingException refusal) {
      refused++;
      return wrongIn(String.valueOf(refusal.getMessage()));
    } catch (Throwable other) { // also errors of memory and stack
      return other + " in " + frames(other.getStackTrace());
    }
  }

  private static String frames(StackTraceElement[] stack) {
    List<StackTraceElement> all = List.of(stack);
    List<StackTraceElement> ours = all.stream()
        .filter(frame -> frame.getClassName().startsWith("brume."))
        .filter(frame -> !frame.getClassName().startsWith(Fuzzing.class.getPackageName()))
        .limit(2)
        .toList();
    return all.stream().limit(3).toList() + " ... " + ours;
  }

  /** What is wrong with a refusal, or null. Lines of Python may follow the sentence. */
  private @Nullable String wrongIn(String refusal) {
    String sentence = refusal.replaceFirst("(?s):\nimport torch.*", "");
    boolean isSentence = sentence.lines().count() == 1
        && sentence.length() <= LONGEST_SENTENCE
        && sentence.chars().noneMatch(letter -> letter < ' ')
        && !sentence.contains("Exception")
        && (holdsNull || !sentence.matches("null|.*(\\(|: |got |skipped, )null([;,.)].*)?"));
    if (!isSentence) {
      return "no sentence: '" + sentence.replaceAll("\\p{Cntrl}", "?") + "'";
    }
    return named.stream().anyMatch(sentence::contains) ? null : "names no file: '" + sentence + "'";
  }
}
