package brume.diffusion.web;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may ask for what. A page of somebody else's that a browser of this machine shows can neither read, as
 * the name in its address is not ours whatever that resolves to, nor let anything be done, as it does not
 * know the token.
 *
 * @param token whoever knows it may let samples be drawn
 * @param host a name that the server goes by besides numbers and {@code localhost}
 */
record Gate(String token, String host) {

  static final String TOKEN = "X-Brume-Token";

  /** Numbers are no names that somebody else can give to this machine. */
  private static final Pattern NUMBERS =
      Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> DOING = Set.of("POST", "DELETE");

  /** Why somebody is sent away. */
  record Refusal(int status, String sentence) {}

  /** Empty if what is asked for is allowed. */
  Optional<Refusal> refusal(HttpExchange asked) {
    String named = header(asked, "Host");
    if (!NUMBERS.matcher(named).matches()
        && !named.replaceFirst(":[0-9]{1,5}$", "").equals(host)) {
      return Optional.of(
          new Refusal(
              403,
              "Host: expected the address that brume watch has printed, got another name; open that address"));
    }
    String method = asked.getRequestMethod();
    if (READING.contains(method)) {
      return Optional.empty();
    }
    if (!DOING.contains(method)) {
      return Optional.of(
          new Refusal(405, "method: expected GET, HEAD, POST or DELETE, got another"));
    }
    String origin = header(asked, "Origin");
    if (!origin.isEmpty() && !origin.equals("http://" + named)) {
      return Optional.of(
          new Refusal(403, "Origin: expected the page of brume watch, got that of another server"));
    }
    if (!knowsToken(header(asked, TOKEN))) {
      return Optional.of(new Refusal(
          403,
          "token: expected the one in the address that brume watch has printed, got another or none;"
              + " open that address"));
    }
    return Optional.empty();
  }

  /** In a time that tells nothing of how much was right. */
  private boolean knowsToken(String said) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), said.getBytes(StandardCharsets.UTF_8));
  }

  private static String header(HttpExchange asked, String name) {
    String value = asked.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }
}
