package brume.diffusion.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends work after a time. */
final class TimeBudget implements AutoCloseable {

  private final ScheduledExecutorService clock;
  private volatile boolean spent;

  private TimeBudget(ScheduledExecutorService clock) {
    this.clock = clock;
  }

  /**
   * Counts.
   *
   * @param text such as {@code 90s}, {@code 30m} or {@code 2h}; null for no end
   * @param begun when counting began, now or before
   * @param end called when the time is over
   */
  static TimeBudget of(@Nullable String text, Instant begun, Runnable end) {
    TimeBudget budget = new TimeBudget(Executors.newSingleThreadScheduledExecutor(work -> {
      Thread thread = new Thread(work, "brume-time");
      thread.setDaemon(true);
      return thread;
    }));
    if (text != null) {
      var unused = budget.clock.schedule(
          () -> {
            budget.spent = true;
            end.run();
          },
          Duration.between(Instant.now(), begun.plusSeconds(seconds("--time-budget", text)))
              .toMillis(),
          TimeUnit.MILLISECONDS);
    }
    return budget;
  }

  /** Seconds that the text of an option stands for. */
  static long seconds(String option, String text) {
    UsageException.unless(
        text.toLowerCase(Locale.ROOT).matches("[1-9]\\d{0,8}[smh]"),
        option + ": expected a time such as 90s, 30m or 2h, got '" + text + "'");
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (Character.toLowerCase(text.charAt(text.length() - 1))) {
      case 's' -> number;
      case 'm' -> number * 60;
      default -> number * 3600;
    };
  }

  /** Whether the time is over. */
  boolean isSpent() {
    return spent;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
