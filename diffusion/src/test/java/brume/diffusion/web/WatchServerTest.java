package brume.diffusion.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.report.SmallRuns;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchServerTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECRET = "not for everybody";

  @TempDir
  private Path folder;

  private final List<List<String>> asked = new ArrayList<>();
  private Path runs;
  private WatchServer server;

  @BeforeEach
  void open() throws IOException {
    runs = Files.createDirectories(folder.resolve("runs"));
    SmallRuns.make(runs, "one", 40);
    Files.writeString(folder.resolve("secret.png"), SECRET);
    Files.writeString(runs.resolve("secret.png"), SECRET);
    Files.writeString(runs.resolve("one").resolve("secret.png"), SECRET);
    server = new WatchServer(List.of(runs), "127.0.0.1", 0, words -> {
      asked.add(words);
      return new ProcessBuilder("sleep", "60").start();
    });
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private JsonNode json(String target) throws IOException {
    Http answer = Http.get(server, target);
    assertEquals(200, answer.status(), answer.text());
    return JSON.readTree(answer.text());
  }

  private Http post(String body, String... headers) throws IOException {
    return Http.ask(server, "POST", "/api/drawing", body, headers);
  }

  private String token() {
    return Gate.TOKEN + ": " + server.token();
  }

  // ---- the page

  @Test
  void thePageAndAllThatItNamesAreHereAndNothingElseIsAskedFor() throws IOException {
    List<String> addresses = new ArrayList<>(List.of("/"));
    Pattern address = Pattern.compile("\"((?:/|https?:)[^\"]*\\.(?:js|css|svg))\"");
    for (int i = 0; i < addresses.size(); i++) {
      Http answer = Http.get(server, addresses.get(i));
      assertEquals(200, answer.status(), addresses.get(i));
      assertTrue(answer.says("X-Content-Type-Options: nosniff"), answer.head());
      assertTrue(answer.head().contains("script-src 'self';"), answer.head());
      if (addresses.get(i).startsWith("/library")) {
        continue;
      }
      Matcher found = address.matcher(answer.text());
      while (found.find()) {
        if (!addresses.contains(found.group(1))) {
          addresses.add(found.group(1));
        }
      }
    }
    assertTrue(
        addresses.containsAll(Set.of(
            "/page/main.js", "/page/chart.js", "/library/uPlot.esm.js", "/library/uPlot.min.css")),
        addresses.toString());
    assertTrue(addresses.stream().allMatch(each -> each.startsWith("/")), addresses.toString());
    String page = Http.get(server, "/").text();
    assertFalse(Pattern.compile("<style|<script[^>]*>[^<]|\\son[a-z]+=|style=")
        .matcher(page)
        .find());
  }

  @Test
  void aRunIsToldWithItsRecipeItsSamplesAndItsCurve() throws IOException {
    JsonNode all = json("/api/runs");
    assertEquals("one", all.get(0).path("name").asText());
    assertEquals("stopped", all.get(0).path("state").asText());
    assertEquals(40, all.get(0).path("step").asInt());
    assertEquals(1000, all.get(0).path("of").asInt());
    JsonNode run = json("/api/runs/one");
    assertEquals("[10]", run.path("samples").toString());
    assertEquals("[\"samples.png\"]", run.path("pictures").toString());
    List<String> differing = new ArrayList<>();
    run.path("settings").forEach(setting -> {
      if (setting.path("differs").asBoolean()) {
        differing.add(setting.path("key").asText());
      }
    });
    assertEquals(List.of("training.steps"), differing);
    assertEquals(40, json("/api/runs/one/curve").path("steps").size());
    Http picture = Http.get(server, "/api/runs/one/pictures/samples/step-000010.png");
    assertTrue(picture.says("Content-Type: image/png"), picture.head());
  }

  @Test
  void aLogIsSeenWhileItGrowsAndNotSentAgainWhileItDoesNot() throws IOException {
    Http first = Http.get(server, "/api/runs/one/curve");
    String tag = first
        .head()
        .lines()
        .filter(line -> line.startsWith("Etag:"))
        .map(line -> line.substring("Etag: ".length()))
        .findFirst()
        .orElseThrow();
    Http same = Http.get(server, "/api/runs/one/curve", "If-None-Match: " + tag);
    assertEquals(304, same.status());
    assertEquals(0, same.body().length);
    SmallRuns.append(runs.resolve("one"), SmallRuns.lines(41, 45));
    Http grown = Http.get(server, "/api/runs/one/curve", "If-None-Match: " + tag);
    assertEquals(200, grown.status());
    assertEquals(45, JSON.readTree(grown.text()).path("steps").size());
    assertEquals(45, json("/api/runs").get(0).path("step").asInt());
  }

  @Test
  void aRunThatBeginsLaterIsSeenAndOneThatIsBrokenIsTold() throws IOException {
    SmallRuns.make(runs, "two", 3);
    Files.writeString(SmallRuns.make(runs, "zero", 3).resolve("config.json"), "{\"trainin\": 1}");
    JsonNode all = json("/api/runs");
    assertEquals(3, all.size());
    assertEquals("two", all.get(1).path("name").asText());
    assertEquals("unreadable", all.get(2).path("state").asText());
    assertTrue(all.get(2).path("sentence").asText().contains("trainin"), all.toString());
    assertEquals(422, Http.get(server, "/api/runs/zero").status());
  }

  @Test
  void whatDiffersBetweenRunsIsTold() throws IOException {
    Path two = SmallRuns.make(runs, "two", 3);
    Files.writeString(two.resolve("config.json"), "{\"training\": {\"steps\": 7}}");
    JsonNode rows = json("/api/differences/one/two");
    assertEquals("[{\"key\":\"training.steps\",\"values\":[\"1000\",\"7\"]}]", rows.toString());
  }

  // ---- long logs

  @Test
  void aLongLogIsSentInAsFewBytesAsAShortOne() throws IOException {
    Path longer = SmallRuns.make(runs, "long", 0);
    SmallRuns.append(longer, SmallRuns.lines(1, 100_000));
    Http curve = Http.get(server, "/api/runs/long/curve");
    assertEquals(100_000, JSON.readTree(curve.text()).path("lines").asInt());
    // Twenty runs of 100,000 steps: 1.6 MB.
    assertTrue(curve.body().length < 80_000, () -> curve.body().length + " bytes");
    int list = Http.get(server, "/api/runs").body().length;
    assertTrue(list < 1000, () -> list + " bytes");
  }

  @Test
  void someStepsOfALongLogAreToldFiner() throws IOException {
    SmallRuns.append(SmallRuns.make(runs, "long", 0), SmallRuns.lines(1, 20_000));
    assertEquals(32, json("/api/runs/long/curve").path("linesOfBucket").asInt());
    JsonNode some = json("/api/runs/long/curve/5001/5100");
    assertEquals(1, some.path("linesOfBucket").asInt());
    assertEquals(100, some.path("steps").size());
    assertEquals(5001, some.path("steps").get(0).asInt());
    assertEquals(0, json("/api/runs/long/curve/7/6").path("steps").size());
    for (String steps : List.of("5", "5/", "a/b", "-1/5", "1/2/3", "1/9999999999", "1/5.5")) {
      assertEquals(400, Http.get(server, "/api/runs/long/curve/" + steps).status(), steps);
    }
  }

  // ---- who may ask

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil"})
  void otherNamesOfThisMachineAreRefused(String host) throws IOException {
    for (String target : List.of("/", "/api/runs", "/api/runs/one/pictures/samples.png")) {
      Http answer = Http.get(server, target, "Host: " + host);
      assertTrue(answer.status() == 403 || answer.status() == 400, answer.head());
      assertFalse(answer.text().contains("one"), answer.text());
    }
  }

  @Test
  void ownNamesOfThisMachineAreNot() throws IOException {
    for (String host : List.of("localhost:", "127.0.0.1:", "[::1]:")) {
      assertEquals(200, Http.get(server, "/", "Host: " + host + server.port()).status(), host);
    }
  }

  @Test
  void onlyThisMachineIsListenedTo() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.2", server.port()), 1000);
    } catch (IOException refused) {
      return;
    }
    assumeTrue(false, "this system gives all of 127.0.0.0/8 one door");
  }

  @Test
  void nobodyDrawsWithoutTheToken() throws IOException {
    String wish = "{\"run\": \"one\", \"count\": 1}";
    assertEquals(403, post(wish).status());
    assertEquals(403, post(wish, Gate.TOKEN + ": " + "0".repeat(36)).status());
    assertEquals(403, post(wish, Gate.TOKEN + ":").status());
    assertEquals(403, post(wish, token(), "Origin: http://evil.example").status());
    assertEquals(403, Http.ask(server, "DELETE", "/api/drawing", "").status());
    assertEquals(405, Http.ask(server, "PUT", "/api/drawing", wish, token()).status());
    assertEquals(List.of(), asked);
    assertFalse(Http.get(server, "/").text().contains(server.token()));
    assertTrue(server.address().endsWith("/#token=" + server.token()), server.address());
  }

  @Test
  void oneWishIsDrawnAtATimeAndCanBeCancelled() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sleep")), "needs sleep");
    String wish =
        "{\"run\": \"one\", \"count\": 2, \"class\": \"--run=/etc\", \"prompt\": \"a \\\"b\\\" $(c)\","
            + " \"guidance\": 1.5, \"steps\": 3, \"seed\": 4}";
    assertEquals(
        "drawing", JSON.readTree(post(wish, token()).text()).path("state").asText());
    List<String> words = asked.get(0);
    assertEquals(List.of("sample", "--log=json"), words.subList(0, 2));
    assertEquals("--run=" + runs.toRealPath().resolve("one"), words.get(2));
    assertEquals(
        List.of(
            "--count=2",
            "--steps=3",
            "--seed=4",
            "--class=--run=/etc",
            "--prompt=a \"b\" $(c)",
            "--guidance=1.5"),
        words.subList(5, words.size()));
    assertEquals(409, post(wish, token()).status());
    assertEquals(404, Http.get(server, "/api/drawing/samples.png").status());
    Http cancelled = Http.ask(server, "DELETE", "/api/drawing", "", token());
    assertEquals("cancelled", JSON.readTree(cancelled.text()).path("state").asText());
    assertEquals(
        "drawing", JSON.readTree(post(wish, token()).text()).path("state").asText());
    assertEquals(2, asked.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"run\": \"one\", \"count\": 0}",
        "{\"run\": \"one\", \"count\": 257}",
        "{\"run\": \"one\", \"count\": 1.5}",
        "{\"run\": \"one\", \"count\": \"1\"}",
        "{\"run\": \"one\", \"steps\": 1e99}",
        "{\"run\": \"one\", \"seed\": -1}",
        "{\"run\": \"one\", \"guidance\": \"3\"}",
        "{\"run\": \"one\", \"guidance\": 1e99}",
        "{\"run\": \"one\", \"class\": [1]}",
        "{\"run\": \"one\", \"prompt\": \"a\\nb\"}",
        "{\"run\": \"../runs/one\"}",
        "{\"run\": \"\"}",
        "{}",
        "[]",
        "",
        "{"
      })
  void wishesThatCannotBeAreRefusedWithASentence(String wish) throws IOException {
    Http answer = post(wish, token());
    assertTrue(answer.status() >= 400 && answer.status() < 500, answer.text());
    assertTrue(JSON.readTree(answer.text()).path("sentence").asText().length() > 10);
    assertEquals(List.of(), asked);
  }

  @Test
  void alongWishIsNotReadToItsEnd() throws IOException {
    String wish = "{\"run\": \"" + "x".repeat(1 << 15) + "\"}";
    assertEquals(400, post(wish, token()).status());
  }

  // ---- hostile names and files

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/runs/one/pictures/secret.png",
        "/api/runs/one/pictures/config.json",
        "/api/runs/one/pictures/../secret.png",
        "/api/runs/one/pictures/..%2fsecret.png",
        "/api/runs/one/pictures/%2e%2e/secret.png",
        "/api/runs/one/pictures/%2e%2e%2f%2e%2e%2fsecret.png",
        "/api/runs/one/pictures/samples/../../secret.png",
        "/api/runs/one/pictures/samples/%2e%2e/%2e%2e/secret.png",
        "/api/runs/one/pictures/%252e%252e%252fsecret.png",
        "/api/runs/one/pictures//etc/passwd",
        "/api/runs/one/pictures/%2fetc%2fpasswd",
        "/api/runs/one/frames/../../secret.png",
        "/api/runs/../pictures/secret.png",
        "/api/runs/%2e%2e/pictures/secret.png",
        "/api/runs/..%2f..%2fruns%2fone/pictures/samples.png",
        "/api/runs/%2e",
        "/api/runs/",
        "/api/drawing/../../secret.png",
        "/api/drawing/%2e%2e%2fsecret.png",
        "/page/../secret.png",
        "/page/%2e%2e%2findex.html",
        "/page/package-info.class",
        "/library/../uplot/uPlot.esm.js",
        "/library/uPlot.cjs.js",
        "/secret.png",
        "/../secret.png",
        "/%00",
        "/api/runs/one%00/curve"
      })
  void nothingButThePicturesOfRunsIsHandedOut(String target) throws IOException {
    Http answer = Http.get(server, target);
    assertTrue(
        answer.status() == 404 || target.equals("/api/runs/"), target + ": " + answer.head());
    assertFalse(answer.text().contains(SECRET), answer.text());
    assertFalse(answer.text().contains(folder.toString()), answer.text());
  }

  @Test
  void linksThatLeadOutAreNotFollowed() throws IOException {
    Path elsewhere = SmallRuns.make(folder.resolve("elsewhere"), "other", 3);
    Path one = runs.resolve("one");
    try {
      Files.createSymbolicLink(runs.resolve("linked"), elsewhere);
      Files.createSymbolicLink(one.resolve("data.png"), folder.resolve("secret.png"));
      Files.createSymbolicLink(
          one.resolve("samples").resolve("step-000020.png"), folder.resolve("secret.png"));
      Files.createSymbolicLink(one.resolve("eval.json"), folder.resolve("secret.png"));
    } catch (IOException | UnsupportedOperationException none) {
      assumeTrue(false, "this system makes no links");
    }
    assertEquals(1, json("/api/runs").size());
    assertEquals(404, Http.get(server, "/api/runs/linked").status());
    assertEquals(404, Http.get(server, "/api/runs/one/pictures/data.png").status());
    assertEquals(
        404, Http.get(server, "/api/runs/one/pictures/samples/step-000020.png").status());
    assertFalse(Http.get(server, "/api/runs/one").text().contains(SECRET));
  }

  @Test
  void namesOfRunsAreDataWhateverTheyAre() throws IOException {
    String name = "<img src=x onerror=alert(1)>&\"' %2e";
    SmallRuns.make(runs, name, 3);
    Http all = Http.get(server, "/api/runs");
    assertTrue(all.says("Content-Type: application/json"), all.head());
    assertEquals(name, JSON.readTree(all.text()).get(0).path("name").asText());
    String encoded = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%26%22'%20%252e";
    assertEquals(3, json("/api/runs/" + encoded + "/curve").path("lines").asInt());
  }

  @Test
  void figuresOfARunAreShownWhateverTheyAreOf() throws IOException {
    Files.writeString(
        runs.resolve("one").resolve("eval.json"),
        "{\"metric\": \"fid\", \"judged\": [{\"sampler\": \"ddim\", \"steps\": 5, \"figures\": {\"fid\": 12.5}}],"
            + " \"odd\": [1, NaN], \"<b>\": \"<i>\"}");
    JsonNode figures = json("/api/runs/one").path("figures");
    List<String> rows = new ArrayList<>();
    figures.forEach(
        row -> rows.add(row.path("name").asText() + "=" + row.path("value").asText()));
    assertEquals(List.of("metric=fid", "ddim 5 fid=12.5", "odd 1=1", "odd 2=NaN", "<b>=<i>"), rows);
    Files.writeString(runs.resolve("one").resolve("eval.json"), "{\"a\": {\"b\":");
    assertEquals(0, json("/api/runs/one").path("figures").size());
  }
}
