package brume.diffusion.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.report.SmallRuns;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever a server is asked, it answers with what is its own to give, or with one sentence. */
class WatchServerPropertiesTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECRET = "not for everybody";

  /** Parts of addresses, of which most mean something somewhere. */
  private static final List<String> PARTS = List.of(
      "api",
      "runs",
      "one",
      "curve",
      "pictures",
      "frames",
      "differences",
      "drawing",
      "page",
      "library",
      "samples",
      "samples.png",
      "step-000010.png",
      "secret.png",
      "config.json",
      "main.js",
      "..",
      ".",
      "",
      "%2e%2e",
      "%2f",
      "..%2fsecret.png",
      "%2E%2E%2F%2E%2E%2Fsecret.png",
      "%252e%252e",
      "..%5c",
      "%00",
      "%c0%ae%c0%ae",
      "%ff",
      "%",
      "%2",
      "%zz",
      "+",
      "0",
      "7",
      "-1",
      "99999999999999999999",
      "000010",
      "~root",
      "C:",
      "\u00e9",
      ";a=b",
      "?a=%",
      "#",
      "*");

  private static final List<String> NAMES = List.of(
      "run",
      "count",
      "steps",
      "seed",
      "class",
      "prompt",
      "guidance",
      "out",
      "--out",
      "",
      "\\u0000");

  private static final List<String> VALUES = List.of(
      "null",
      "true",
      "0",
      "1",
      "-1",
      "256",
      "257",
      "1.0",
      "1.5",
      "1e2",
      "1e999",
      "-0.0",
      "NaN",
      "9223372036854775807",
      "9223372036854775808",
      "\"\"",
      "\" \"",
      "\"one\"",
      "\"../one\"",
      "\"5\"",
      "\"--out=/tmp/x\"",
      "\"a\\nb\"",
      "\"a\\u0000b\"",
      "\"\\u2028 \\ud800\"",
      "[]",
      "[1]",
      "{}",
      "{\"run\": \"one\"}",
      "\"" + "x".repeat(1001) + "\"",
      "\"unfinished");

  private static final List<List<String>> asked = new ArrayList<>();

  private static Path folder = Path.of("");
  private static @Nullable WatchServer opened;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("watched");
    Path runs = Files.createDirectories(folder.resolve("runs"));
    Path one = SmallRuns.make(runs, "one", 40);
    for (Path place : List.of(folder, runs, one)) {
      Files.writeString(place.resolve("secret.png"), SECRET);
    }
    opened = new WatchServer(List.of(runs), "127.0.0.1", 0, words -> {
      asked.add(words);
      throw new IOException("drawing: expected nothing in this test, got a wish");
    });
  }

  @AfterContainer
  static void close() throws IOException {
    server().close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static WatchServer server() {
    return Objects.requireNonNull(opened);
  }

  private static String token() {
    return Gate.TOKEN + ": " + server().token();
  }

  /** Refusals are one sentence that tells nothing of this machine. */
  private static void requireAnswer(Http answer, String of) throws IOException {
    String text = answer.text();
    assertFalse(text.contains(SECRET), of);
    assertFalse(text.contains(folder.toString()), of + ": " + text);
    assertTrue(answer.status() < 500, of + ": " + answer.head());
    if (answer.status() >= 400 && answer.says("Content-Type: application/json")) {
      String sentence = JSON.readTree(text).path("sentence").asText();
      assertTrue(sentence.contains("expected"), of + ": " + text);
      assertFalse(sentence.contains("Exception"), of + ": " + text);
      assertEquals(1, sentence.lines().count(), sentence);
    }
  }

  @Provide
  Arbitrary<String> addresses() {
    Arbitrary<String> part = Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.of(PARTS)),
        Tuple.of(1, Arbitraries.strings().withCharRange('!', '~').ofMaxLength(6)));
    Arbitrary<String> rest = part.list().ofMaxSize(5).map(parts -> "/" + String.join("/", parts));
    return Combinators.combine(
            Arbitraries.of("", "/api", "/api/runs/one", "/api/runs", "/page"), rest)
        .as(String::concat);
  }

  @Property(tries = 1500)
  void addressesOfAnyKindAreAnswered(@ForAll("addresses") String address) throws IOException {
    requireAnswer(Http.get(server(), address), address);
  }

  @Provide
  Arbitrary<String> wishes() {
    Arbitrary<String> entry = Combinators.combine(Arbitraries.of(NAMES), Arbitraries.of(VALUES))
        .as((name, value) -> '"' + name + "\": " + value);
    Arbitrary<String> object = entry.list().ofMaxSize(5).map(entries -> entries.stream()
        .collect(Collectors.joining(", ", "{\"run\": \"one\", ", "}")));
    Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(40);
    return Arbitraries.frequencyOf(Tuple.of(6, object), Tuple.of(1, any));
  }

  @Property(tries = 1500)
  void wishesOfAnyKindAreWordsOfACommandOrRefused(@ForAll("wishes") String wish)
      throws IOException {
    asked.clear();
    Http answer = Http.ask(server(), "POST", "/api/drawing", wish, token());
    requireAnswer(answer, wish);
    assertTrue(answer.status() >= 400, answer.head()); // as the drawer draws nothing
    for (List<String> words : asked) {
      assertEquals(List.of("sample", "--log=json"), words.subList(0, 2));
      for (String word : words.subList(2, words.size())) {
        assertTrue(
            word.matches("(?s)--(run|out|steps-out|count|steps|seed|class|prompt|guidance)=.+"),
            word);
        assertTrue(word.codePoints().noneMatch(Character::isISOControl), word);
      }
      assertEquals(
          words.size(),
          words.stream().map(word -> word.replaceFirst("=.*", "")).distinct().count(),
          words.toString());
      assertTrue(words.get(2).endsWith("one"), words.get(2));
    }
  }

  /** The token with a letter changed, with one more, with one less, or something else. */
  @Provide
  Arbitrary<String> tokens() {
    String right = server().token();
    Arbitrary<Integer> place = Arbitraries.integers().between(0, right.length() - 1);
    Arbitrary<Character> letter = Arbitraries.chars().range('!', '~');
    return Arbitraries.oneOf(
        Combinators.combine(place, letter)
            .as((at, put) -> right.substring(0, at) + put + right.substring(at + 1)),
        place.map(right::substring),
        place.map(at -> right.substring(0, at)),
        letter.map(put -> right + put),
        Arbitraries.of(right.toUpperCase(Locale.ROOT) + "=", right + ", " + right),
        Arbitraries.strings().withCharRange('!', '~').ofMaxLength(80));
  }

  @Property(tries = 500)
  void onlyTheTokenItselfOpensTheDesk(@ForAll("tokens") String token) throws IOException {
    asked.clear();
    boolean right = token.equals(server().token());
    for (String method : List.of("POST", "DELETE")) {
      Http answer = Http.ask(
          server(), method, "/api/drawing", "{\"run\": \"one\"}", Gate.TOKEN + ": " + token);
      assertEquals(right, answer.status() != 403, token);
    }
    assertEquals(right ? 1 : 0, asked.size());
  }
}
