package brume.diffusion.cli;

import brume.diffusion.recipe.Version;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/**
 * How a command tells what it does: sentences on standard error, one JSON object a line on standard output,
 * or nothing. There is one of it in a process, as there is one standard error.
 */
final class Telling {

  private static final JsonMapper JSON = new JsonMapper();

  private static volatile Form form = Form.TEXT;
  private static volatile boolean over;

  private Telling() {}

  /** For people or for programs. */
  enum Log {
    TEXT,
    JSON
  }

  private enum Form {
    TEXT,
    JSON,
    QUIET,
    FOLLOWING
  }

  /** The options of commands that take their time; {@link #begin} reads them before the others. */
  static final class Options {

    @Option(
        names = "--log",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description =
            "How to tell what happens: text on standard error, or json, an object a line on standard"
                + " output, as docs/library.md lists them. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("unused") // picocli asks for it
    private Log log = Log.TEXT;

    @Option(
        names = "--quiet",
        description = "Tell nothing but warnings and errors; results come all the same.")
    @SuppressWarnings("unused") // picocli asks for it
    private boolean quiet;
  }

  /**
   * Begins a command. Its words are looked at before they are parsed, for the refusal of the others.
   *
   * @throws UsageException if both are asked for, JSON and nothing
   */
  static void begin(Words words) {
    boolean json = words.valueOf("--log").filter("json"::equalsIgnoreCase).isPresent();
    boolean quiet = words.has("--quiet");
    form = json ? Form.JSON : quiet ? Form.QUIET : Form.TEXT;
    over = false;
    UsageException.unless(!json || !quiet, "--quiet: expected it or --log json, got both");
    event("begin", facts -> {
      facts.put("brume", Version.BRUME);
      words.words().forEach(facts.putArray("words")::add);
    });
  }

  /**
   * Ends a command that has not failed; the first outcome counts.
   *
   * @param outcome {@code finished}, {@code stopped} or {@code time}, which was over
   */
  static void end(String outcome) {
    if (!over) {
      over = true;
      event("end", facts -> facts.put("outcome", outcome));
    }
  }

  /** Tells nothing but failures from now on: another process tells what all do. */
  static void follow() {
    form = Form.FOLLOWING;
  }

  /** Whether people read, so that a bar may be drawn and lines be counted. */
  static boolean isText() {
    return form == Form.TEXT;
  }

  static boolean isJson() {
    return form == Form.JSON;
  }

  /** Tells something that is good to know. */
  static void say(String sentence) {
    if (isText()) {
      System.err.println(sentence);
    }
    event("note", facts -> facts.put("text", sentence));
  }

  /** Tells something that somebody should look at. */
  static void warn(String sentence) {
    if (form == Form.FOLLOWING) {
      return;
    }
    System.err.println("brume: " + sentence);
    event("warning", facts -> facts.put("text", sentence));
  }

  /** Tells why a command ends without having done what it was asked to. */
  static void fail(String sentence, int status, PrintWriter err) {
    err.println("brume: " + sentence);
    err.flush();
    over = true;
    event("error", facts -> facts.put("text", sentence).put("status", status));
  }

  /**
   * Tells programs that something has happened.
   *
   * @param name of the event
   * @param facts adds what is known about it
   */
  static void event(String name, Consumer<ObjectNode> facts) {
    if (!isJson()) {
      return;
    }
    ObjectNode line = JSON.createObjectNode().put("event", name);
    line.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    facts.accept(line);
    try {
      byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
      synchronized (Telling.class) { // a line is whole whoever else has something to tell
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
      }
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree can be written", impossible);
    }
  }
}
