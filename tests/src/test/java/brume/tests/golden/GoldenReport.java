package brume.tests.golden;

import brume.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table with a line for each case and backend, for people and for spreadsheets. */
final class GoldenReport {

  /** How a case ended. */
  enum Verdict {
    PASS,
    FAIL,
    UNSUPPORTED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Path folder;
  private final List<String> lines = new ArrayList<>();

  /** A report on the cases below a folder. */
  GoldenReport(Path folder) {
    this.folder = folder;
    lines.add("file\tkind\tbackend\tworst_relative_error\tverdict");
  }

  /** Adds a case that was compared. */
  void add(GoldenCase of, String backend, double worst, Verdict verdict) {
    line(of, backend, String.format(Locale.ROOT, "%.2e", worst), verdict);
  }

  /** Adds a case that gave nothing to compare. */
  void add(GoldenCase of, String backend, Verdict verdict) {
    line(of, backend, "-", verdict);
  }

  /** Writes tab-separated values. */
  void write(Path to) throws IOException {
    Path parent = to.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(to, out -> {
      ByteBuffer rest = ByteBuffer.wrap(text);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    });
  }

  private void line(GoldenCase of, String backend, String worst, Verdict verdict) {
    String file = folder.relativize(of.path()).toString().replace('\\', '/');
    lines.add(String.join("\t", file, of.kind(), backend, worst, verdict.toString()));
  }
}
