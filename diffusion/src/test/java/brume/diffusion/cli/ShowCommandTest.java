package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code brume show}, {@code brume compare}, and how {@code brume watch} is begun. */
class ShowCommandTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private static Path folder;

  private static Path one;
  private static Path two;

  @BeforeAll
  static void train() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx"));
    one = folder.resolve("one");
    two = folder.resolve("two");
    Shell.run(TinyData.train("--data", data, "--run", one, "--steps", 3)).succeeds();
    Shell.run(TinyData.train("--data", data, "--run", two, "--steps", 2, "--lr", "0.5"))
        .succeeds();
    Files.writeString(
        two.resolve("eval.json"), "{\"judged\": [{\"sampler\": \"ddim\", \"fid\": 2.5}]}");
  }

  private static String blanks(String text) {
    return text.replaceAll(" +", " ");
  }

  @Test
  void aRunIsTold() {
    String said = blanks(Shell.run("show", one).succeeds().out());
    assertTrue(said.startsWith("one, of "), said);
    for (String line : new String[] {
      " state finished",
      " steps 3 of 3",
      " best checkpoint step 3, the newest",
      " training.steps 3 default 2500",
      " network.dim 8 default 32"
    }) {
      assertTrue(said.lines().anyMatch(line::equals), () -> line + " in\n" + said);
    }
    assertFalse(said.contains("training.accumulate"), said);
    assertTrue(blanks(Shell.run("show", one, "--all").out()).contains(" training.accumulate 1\n"));
  }

  @Test
  void aRunIsToldToPrograms() throws IOException {
    JsonNode told = JSON.readTree(Shell.run("show", two, "--json").succeeds().out());
    assertEquals("finished", told.path("state").asText());
    assertEquals(2, told.path("step").asInt());
    assertEquals(2, told.path("best").asInt());
    assertEquals("ddim fid", told.path("figures").get(0).path("name").asText());
    Shell.run("show", two, "--json", "--all")
        .fails(2, "--all: expected without --json, which tells all settings, got both");
  }

  @Test
  void thePageOfAFinishedRunIsThereAndCanBeMadeAnew() throws IOException {
    String page = Files.readString(one.resolve("index.html"));
    assertTrue(page.contains("finished after 3 of 3 steps of 2 images"), page);
    assertEquals(3, page.split("src=\"data:image/", -1).length - 1); // samples, denoising, data
    assertFalse(Files.readString(two.resolve("index.html")).contains("ddim fid"));
    Shell.run("show", two, "--page").succeeds();
    assertTrue(Files.readString(two.resolve("index.html")).contains("ddim fid"));
  }

  @Test
  void runsAreToldSideBySide() throws IOException {
    String said = blanks(Shell.run("compare", one, two).succeeds().out());
    for (String line : new String[] {
      " one two",
      "steps 3 of 3 2 of 2",
      "ddim fid - 2.5000",
      "rate.lr 0.0005 0.5",
      "training.steps 3 2"
    }) {
      assertTrue(said.lines().anyMatch(line::equals), () -> line + " in\n" + said);
    }
    assertFalse(said.contains("network"), said);
    JsonNode told =
        JSON.readTree(Shell.run("compare", one, two, "--json").succeeds().out());
    assertEquals(2, told.path("runs").size());
    assertEquals(
        "[\"0.0005\",\"0.5\"]", told.path("differences").get(0).path("values").toString());
    assertTrue(Shell.run("compare", one, one).out().contains("the recipes are the same"));
  }

  @Test
  void wrongWordsAreRefused() throws IOException {
    Shell.run("compare", one).fails(2, "RUN: expected two or more runs to compare, got 1");
    Path none = folder.resolve("none");
    Shell.run("show", none)
        .fails(
            1,
            "RUN: expected the folder of a run with its config.json, got " + none
                + "; make one with brume train");
    Shell.run("watch", none)
        .fails(2, "RUNS: expected a folder of runs, found none at " + none + "; train one first");
    Shell.run("watch", one, "--port", 65536).fails(2, "--port: expected 0 to 65535, got 65536");
    Shell.run("watch", one, "--host", "no.such.host.invalid")
        .fails(2, "--host: expected an address of this machine, got no.such.host.invalid");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Shell refused = Shell.run("watch", one, "--port", taken.getLocalPort());
      assertEquals(1, refused.status());
      assertTrue(
          refused.lastLine().startsWith("brume: --port: expected one of 127.0.0.1 that is free"),
          refused.lastLine());
    }
  }
}
