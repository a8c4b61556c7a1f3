package brume.diffusion.cli;

import brume.tensor.Text;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * How far long work has come: a bar where someone watches, a plain line now and then where the output
 * goes to a file.
 */
final class TerminalProgress implements AutoCloseable {

  /** Set by the launcher, which knows where standard error goes on every JDK. */
  private static final boolean TERMINAL = Boolean.getBoolean("brume.terminal");

  private static final Duration BEFORE_FIRST_LINE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);
  private static final Duration BETWEEN_EVENTS = Duration.ofSeconds(1);
  private static final int NARROWEST_BAR = 8;

  private final String task;
  private final long total;
  private @Nullable ProgressBar bar; // until closed, where someone watches
  private final Instant start = Instant.now();
  private Instant nextLine = start.plus(BEFORE_FIRST_LINE);
  private Instant nextEvent = start.plus(BETWEEN_EVENTS);

  TerminalProgress(String task, long done, long total) {
    this.task = task;
    this.total = total;
    this.bar = TERMINAL && Telling.isText()
        ? new ProgressBarBuilder()
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(System.err)) // stays on its line
            .setRenderer((state, width) ->
                line(task, state.getCurrent(), state.getMax(), state.getExtraMessage(), width))
            .build()
        : null;
  }

  /** Shows that {@code done} of the total is done, with a word on how it goes. */
  void at(long done, String how) {
    if (bar != null) {
      bar.setExtraMessage(how);
      bar.stepTo(done);
    } else if (Telling.isText() && (done == total || Instant.now().isAfter(nextLine))) {
      nextLine = Instant.now().plus(BETWEEN_LINES);
      System.err.println(line(task, done, total, how, 0));
    }
  }

  /** The same for work begun from nothing whose parts take equally long, with the time that is left. */
  void evenlyAt(long done, String what) {
    Instant now = Instant.now();
    double seconds = Duration.between(start, now).toMillis() * 1e-3;
    if (Telling.isJson() && (done == total || now.isAfter(nextEvent))) {
      nextEvent = now.plus(BETWEEN_EVENTS);
      Telling.event(
          "progress", facts -> facts.put("task", task).put("done", done).put("of", total));
    }
    at(done, done == total ? what : what + "  " + left(seconds * (total - done) / done));
  }

  /** How much time is left, in words. */
  static String left(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? Text.of("%d:%02d:%02d left", whole / 3600, whole / 60 % 60, whole % 60)
        : Text.of("%d:%02d left", whole / 60, whole % 60);
  }

  /** One line, with a bar if there is room for one: whatever else it says is worth more. */
  static String line(String task, long done, long total, String how, int width) {
    String count = Text.of("%d/%d  %s", done, total, how);
    int room = width - task.length() - count.length() - " [] ".length();
    if (room < NARROWEST_BAR) {
      String line = task + " " + count;
      return line + " ".repeat(Math.max(0, width - line.length())); // over what was there before
    }
    int full = (int) (room * done / total);
    return Text.of("%s [%s%s] %s", task, "=".repeat(full), " ".repeat(room - full), count);
  }

  /** Says a sentence without tearing the bar. */
  void say(String sentence) {
    if (bar != null) {
      // Clears the line of the bar, which is drawn again with its next update.
      System.err.print("\r\u001b[2K");
    }
    Telling.say(sentence);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
