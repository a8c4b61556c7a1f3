package brume.diffusion.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far long work has come: a bar where someone watches, a plain line now and then where the output
 * goes to a file.
 */
final class TerminalProgress implements AutoCloseable {

  /** Set by the launcher, which knows where standard error goes on every JDK. */
  private static final boolean TERMINAL = Boolean.getBoolean("brume.terminal");

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

  private final String task;
  private final long total;
  private final @Nullable ProgressBar bar;
  private Instant lastLine = Instant.now();

  TerminalProgress(String task, String unit, long done, long total) {
    this.task = task;
    this.total = total;
    this.bar = TERMINAL
        ? new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .build()
        : null;
  }

  /** Shows that {@code done} of the total is done, with a word on how it goes. */
  void at(long done, String how) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(how);
    } else if (done == total || lastLine.plus(BETWEEN_LINES).isBefore(Instant.now())) {
      lastLine = Instant.now();
      System.err.printf(Locale.ROOT, "%s %d/%d  %s%n", task, done, total, how);
    }
  }

  /** Says a sentence without tearing the bar. */
  void say(String sentence) {
    if (bar != null) {
      // Clears the line of the bar, which is drawn again with its next update.
      System.err.print("\r\u001b[2K");
    }
    System.err.println(sentence);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
