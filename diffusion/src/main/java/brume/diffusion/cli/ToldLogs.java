package brume.diffusion.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What the library logs, told as the command tells everything: a warning as a warning, what is good to
 * know as a note, and nothing of what only helps to find faults. {@link Main#main} chooses it by name; a
 * program that has Brume as a library keeps its own logger.
 */
public final class ToldLogs implements SLF4JServiceProvider {

  private final ILoggerFactory loggers = Told::new;
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** For SLF4J, which makes it. */
  public ToldLogs() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99"; // any of version 2
  }

  @Override
  public void initialize() {}

  /** Tells what one class logs. */
  private static final class Told extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    private Told(String name) {
      this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return true;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return Logger.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String pattern,
        Object @Nullable [] arguments,
        @Nullable Throwable cause) {
      String text = MessageFormatter.basicArrayFormat(pattern, arguments);
      String sentence = cause == null ? text : text + ": " + Sentence.of(cause);
      if (level.toInt() >= Level.WARN.toInt()) {
        Telling.warn(sentence);
      } else {
        Telling.say(sentence);
      }
    }
  }
}
