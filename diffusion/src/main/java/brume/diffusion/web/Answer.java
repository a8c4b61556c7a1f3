package brume.diffusion.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param status of HTTP
 * @param type what the bytes are, which browsers shall not guess
 * @param body the bytes
 * @param tag changes with them; empty if nobody shall ask whether they have changed
 */
record Answer(int status, String type, Body body, String tag) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> TYPES = Map.of(
      "html", "text/html; charset=utf-8",
      "css", "text/css; charset=utf-8",
      "js", "text/javascript; charset=utf-8",
      "svg", "image/svg+xml",
      "png", "image/png",
      "gif", "image/gif");

  /** Nothing but what comes from here, and no script that stands in a page. */
  private static final Map<String, String> FOR_ALL = Map.of(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "X-Content-Type-Options",
      "nosniff",
      "Referrer-Policy",
      "no-referrer",
      "Cross-Origin-Resource-Policy",
      "same-origin",
      "Cross-Origin-Opener-Policy",
      "same-origin",
      "Cache-Control",
      "no-cache");

  /** Bytes, read when they are sent. */
  @FunctionalInterface
  interface Body {
    byte[] read() throws IOException;
  }

  private static Body of(byte... bytes) {
    return () -> bytes;
  }

  /** A tree. */
  static Answer json(JsonNode tree) throws IOException {
    return json(tree, "");
  }

  /** A tree that is not sent again while its tag stays. */
  static Answer json(JsonNode tree, String tag) throws IOException {
    return new Answer(200, "application/json", of(JSON.writeValueAsBytes(tree)), tag);
  }

  /** Bytes of a file of ours, by the end of its name. */
  static Answer bytes(String name, byte... all) {
    return new Answer(200, typeOf(name), of(all), "");
  }

  /** A file. */
  static Answer file(Path file) throws IOException {
    String tag = Files.size(file) + "-" + Files.getLastModifiedTime(file).toMillis();
    return new Answer(200, typeOf(file.toString()), () -> Files.readAllBytes(file), tag);
  }

  /** A sentence that says what is wrong. */
  static Answer refusal(int status, String sentence) throws IOException {
    JsonNode tree = JsonNodeFactory.instance.objectNode().put("sentence", sentence);
    return new Answer(status, "application/json", of(JSON.writeValueAsBytes(tree)), "");
  }

  static Answer nothingHere() throws IOException {
    return refusal(404, "address: expected one of the page's own, got another");
  }

  private static String typeOf(String name) {
    String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(end, "application/octet-stream");
  }

  /** Sends it, or that nothing has changed. */
  void send(HttpExchange to) throws IOException {
    Headers headers = to.getResponseHeaders();
    FOR_ALL.forEach(headers::set);
    headers.set("Content-Type", type);
    String quoted = '"' + tag + '"';
    if (!tag.isEmpty()) {
      headers.set("ETag", quoted);
      if (quoted.equals(to.getRequestHeaders().getFirst("If-None-Match"))) {
        to.sendResponseHeaders(304, -1);
        return;
      }
    }
    if (to.getRequestMethod().equals("HEAD")) {
      to.sendResponseHeaders(status, -1);
      return;
    }
    byte[] all = body.read();
    to.sendResponseHeaders(status, all.length == 0 ? -1 : all.length);
    try (OutputStream out = to.getResponseBody()) {
      out.write(all);
    }
  }

  /** The text of a request, which may not be long. */
  static String textOf(HttpExchange asked, int most) throws IOException {
    byte[] bytes = asked.getRequestBody().readNBytes(most + 1);
    if (bytes.length > most) {
      throw new IllegalArgumentException("body: expected at most " + most + " bytes, got more");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
