package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import brume.tensor.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Looks at the page of {@code brume watch} as a browser shows it, and presses everything. */
class WatchPageTest {

  private static final String HOSTILE = "<img src=x onerror=\"window.pwned=1\">";

  private static final int LONG = 40_000; // steps

  @TempDir
  private static Path folder;

  private static Browser browser;
  private static Process watch;
  private static String address;

  @BeforeAll
  static void begin() throws IOException {
    browser = Browser.open();
    train("tiny", 12);
    makeLong();
    Path hostile = Files.createDirectories(folder.resolve(HOSTILE));
    Files.writeString(hostile.resolve("config.json"), "{\"training\": {\"steps\": 9}}");
    Files.writeString(
        hostile.resolve("eval.json"), "{\"" + HOSTILE.replace("\"", "\\\"") + "\": \"<b>\"}");
    Files.writeString(
        hostile.resolve("log.jsonl"),
        "{\"step\":1,\"loss\":\"<script>window.pwned=1</script>\",\"gradientNorm\":1,\"seconds\":1}\n"
            + "{\"step\":2,\"loss\":0.5,\"gradientNorm\":1,\"seconds\":1}\n");
    watch = new ProcessBuilder(java("watch", folder.toString(), "--port", "0"))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8));
    said.readLine();
    address = said.readLine().replace("open ", "");
  }

  /** A run of many steps that nobody has trained. */
  private static void makeLong() throws IOException {
    Path run = Files.createDirectories(folder.resolve("long"));
    Files.writeString(run.resolve("config.json"), "{\"training\": {\"steps\": 100000}}");
    StringBuilder log = new StringBuilder();
    for (int step = 1; step <= LONG; step++) {
      log.append(Text.of(
          "{\"step\":%d,\"loss\":%s,\"gradientNorm\":1.0,\"learningRate\":0.001,\"seconds\":0.25}\n",
          step, 1.0 / step));
    }
    Files.writeString(run.resolve("log.jsonl"), log);
  }

  private static void train(String name, int steps) {
    int status = Main.run(
        "train",
        "--preset",
        "fashion-classes",
        "--device",
        "cpu",
        "--run",
        folder.resolve(name).toString(),
        "--steps",
        Integer.toString(steps),
        "--dim",
        "8",
        "--groups",
        "4",
        "--heads",
        "2",
        "--head-dim",
        "4",
        "--batch",
        "2",
        "--timesteps",
        "20",
        "--samples",
        "4",
        "--sample-every",
        "4",
        "--sample-steps",
        "3",
        "--checkpoint-every",
        "4",
        "--quiet");
    assertEquals(0, status);
  }

  private static List<String> java(String... words) {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules",
        "jdk.incubator.vector",
        "-XX:TieredStopAtLevel=1",
        "-Xmx512m",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Main.class.getName()));
    line.addAll(List.of(words));
    return line;
  }

  @AfterAll
  static void end() throws InterruptedException {
    if (browser != null) {
      browser.close();
    }
    if (watch != null) {
      watch.destroy();
      watch.waitFor();
    }
  }

  @BeforeEach
  void open() throws InterruptedException {
    browser.look(1400, false);
    browser.go("about:blank");
    browser.go(address);
    browser.await("runs", () -> browser.all(".run").size() >= 2);
    choose("tiny");
    browser.await("samples", () -> browser.the("#samples img").isDisplayed());
  }

  @AfterEach
  void nothingIsWrongAndNothingWasInjected() {
    browser.requireNoComplaints();
    assertNull(browser.run("return window.pwned ?? null"));
  }

  private static WebElement run(String name) {
    return browser.all(".run").stream()
        .filter(row -> row.findElement(By.tagName("button")).getText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void choose(String name) throws InterruptedException {
    browser.click(run(name).findElement(By.tagName("button")));
    browser.awaitText(() -> browser.the("#run-name"), name);
  }

  private static String legend(int chart) {
    return browser.all(".plot ul").get(chart).getText();
  }

  /** Pixels of a chart, to see that it has changed. */
  private static String pixels() {
    return (String) browser.run("return document.querySelector('#plots canvas').toDataURL()");
  }

  @Test
  void curvesAreLookedAtInEveryWay() throws InterruptedException {
    browser.await("five charts", () -> browser.all("#plots canvas").size() == 5);
    assertTrue(legend(0).contains("tiny") && legend(0).contains("at 12"), legend(0));
    String smooth = pixels();
    WebElement slider = browser.the("#smoothing");
    slider.sendKeys(Keys.HOME);
    assertEquals("0.00", browser.the("#smoothing-value").getText());
    String plain = pixels();
    assertNotEquals(smooth, plain);
    browser.click(browser.the("#log-scale"));
    assertNotEquals(plain, pixels());
    // By keyboard: to the first step, and on.
    browser.the(".plot .area").sendKeys(Keys.HOME);
    browser.await("the first step", () -> legend(0).contains("at 1"));
    browser.the(".plot .area").sendKeys(Keys.ARROW_RIGHT);
    browser.await("the second step", () -> legend(0).contains("at 2"));
    browser.click(browser.the("#whole"));
    // One run less, and again.
    WebElement box = run("tiny").findElement(By.tagName("input"));
    browser.click(box);
    browser.await("a curve less", () -> !legend(0).contains("tiny"));
    browser.click(box);
    browser.await("the curve again", () -> legend(0).contains("tiny"));
  }

  /** A chart of 40,000 steps has a point for each 64 of them; one of 100 steps has one for each. */
  @Test
  void aLookAtSomeStepsShowsEachOfThem() throws InterruptedException {
    browser.click(run("tiny").findElement(By.tagName("input")));
    choose("long");
    browser.await("the last step", () -> legend(0).contains("at 40,000"));
    browser.click(browser.the("#first-step"));
    browser.the("#first-step").sendKeys("20001");
    browser.the("#last-step").sendKeys("20100", Keys.ENTER);
    WebElement chart = browser.the(".plot .area");
    browser.await("a step that all steps have no point for", () -> {
      chart.sendKeys(Keys.HOME); // finer points may still be on the way
      return legend(0).contains("at 20,001");
    });
    chart.sendKeys(Keys.ARROW_RIGHT);
    browser.await("the next step", () -> legend(0).contains("at 20,002"));
    chart.sendKeys(Keys.END);
    browser.await("the last of them", () -> legend(0).contains("at 20,100"));
    browser.drag(browser.the(".plot .u-over"), 0.5, 0.75);
    browser.await("what was dragged over", () -> number("#first-step") > 20_040);
    assertTrue(number("#first-step") < 20_060, () -> "from " + number("#first-step"));
    assertTrue(number("#last-step") > 20_065 && number("#last-step") < 20_085);
    browser.click(browser.the("#whole"));
    assertEquals("", browser.the("#first-step").getAttribute("value"));
    chart.sendKeys(Keys.END);
    browser.await("all steps", () -> legend(0).contains("at 40,000"));
    browser.the("#first-step").sendKeys("500", Keys.ENTER);
    browser.the("#last-step").sendKeys("400", Keys.ENTER);
    assertTrue(browser.the("#last-step").getAttribute("validationMessage").contains("500"));
  }

  private static int number(String field) {
    String value = browser.the(field).getAttribute("value");
    return value.isEmpty() ? 0 : Integer.parseInt(value);
  }

  @Test
  void picturesMoveByKeyboardAndByThemselves() throws InterruptedException {
    WebElement slider = browser.the("#samples input"), said = browser.the("#samples output");
    assertEquals("step 12", said.getText());
    slider.sendKeys(Keys.ARROW_LEFT);
    assertEquals("step 8", said.getText());
    assertTrue(browser.the("#samples img").getAttribute("src").endsWith("step-000008.png"));
    assertEquals("step 8", slider.getAttribute("aria-valuetext"));
    browser.click(browser.the("#samples button"));
    browser.await("the last samples", () -> said.getText().equals("step 12"));
    WebElement states = browser.the("#denoising output");
    browser.await("the denoising", () -> states.getText().equals("state 3 of 3"));
    browser.the("#denoising input").sendKeys(Keys.HOME);
    assertEquals("state 1 of 3", states.getText());
    browser.click(browser.the("#denoising button"));
    browser.await("the last state", () -> states.getText().equals("state 3 of 3"));
    browser.await("all pictures", () -> (Boolean) browser.run(
        "return [...document.images].every((i) => !i.src || i.hidden || i.offsetParent === null"
            + " || i.naturalWidth > 0)"));
    assertTrue(browser.the("#data img").isDisplayed());
  }

  @Test
  void theRecipeIsToldShortOrWhole() {
    int few = browser.all("#settings tbody tr").size();
    assertTrue(browser.the("#settings").getText().contains("training.steps 12 2500"));
    browser.click(browser.the("#all-settings"));
    assertTrue(browser.all("#settings tbody tr").size() > few + 20);
    assertTrue(browser.the("#differing").getText().contains("training.steps"));
  }

  @Test
  void samplesAreDrawnAndDrawingIsCancelled() throws InterruptedException {
    assertEquals(11, browser.all("#wish [name=class] option").size());
    assertFalse(browser.the("#wish-prompt").isDisplayed());
    fill("count", "2");
    fill("steps", "3");
    fill("seed", "5");
    fill("guidance", "1.5");
    browser.the("#wish [name=class]").sendKeys("Sneaker");
    browser.click(browser.the("#begin"));
    assertFalse(browser.the("#begin").isEnabled());
    browser.await("samples", () -> browser.the("#drawn img").isDisplayed());
    assertEquals(
        "drawn from tiny --count=2 --steps=3 --seed=5 --class=7 --guidance=1.5",
        browser.the("#drawing-line").getText());
    browser.await("a picture", () ->
        (Boolean) browser.run("return document.querySelector('#drawn img').naturalWidth > 0"));
    assertEquals("state 3 of 3", browser.the("#drawn output").getText());
    browser.the("#drawn input").sendKeys(Keys.HOME);
    assertEquals("state 1 of 3", browser.the("#drawn output").getText());
    assertTrue(browser.the("#drawn a").getAttribute("href").contains("/api/drawing/samples.png"));
    // What the command refuses is told.
    fill("steps", "999");
    browser.click(browser.the("#begin"));
    browser.await("a refusal", () -> browser.the("#drawing-problem").isDisplayed());
    assertTrue(browser.the("#drawing-problem").getText().contains("999"));
    fill("steps", "20");
    fill("count", "256");
    browser.click(browser.the("#begin"));
    browser.await("a drawing", () -> browser.the("#cancel").isEnabled());
    browser.click(browser.the("#cancel"));
    browser.awaitText(() -> browser.the("#drawing-line"), "cancelled");
    assertTrue(browser.the("#begin").isEnabled());
  }

  private static void fill(String name, String value) {
    WebElement field = browser.the("#wish [name=" + name + "]");
    field.clear();
    field.sendKeys(value);
  }

  @Test
  void aRunIsSeenWhileItLearns() throws IOException, InterruptedException {
    Process training = new ProcessBuilder(java(
            "train",
            "--data",
            "toy:swissroll",
            "--run",
            folder.resolve("live").toString(),
            "--steps",
            "100000",
            "--samples",
            "0"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    try {
      browser.await("the run", () -> browser.all(".run button").stream()
          .anyMatch(button -> button.getText().equals("live")));
      choose("live");
      browser.awaitText(() -> run("live"), "training");
      browser.await("steps", () -> steps("live") > 0);
      int before = steps("live");
      browser.await("more steps", () -> steps("live") > before);
      browser.await("its curve", () -> legend(0).contains("live"));
    } finally {
      training.destroyForcibly();
      training.waitFor();
    }
    browser.awaitText(() -> run("live"), "stopped");
  }

  private static int steps(String name) {
    String text = run(name).getText();
    return Integer.parseInt(text.replaceAll("(?s).*, ([0-9,]+) of .*", "$1").replace(",", ""));
  }

  @Test
  void whatARunBringsIsText() throws InterruptedException {
    choose(HOSTILE);
    browser.await("its figures", () -> browser.the("#figures").isDisplayed());
    assertEquals(
        "figure value " + HOSTILE + " <b>", browser.the("#figures").getText().replace('\n', ' '));
    assertEquals(0, browser.all("img[src=x], #figures b").size());
    assertTrue(legend(0).contains("0.500 at 2"), legend(0));
  }

  @Test
  void aPhoneShowsAllOfItInItsWidth() throws InterruptedException {
    for (boolean dark : new boolean[] {false, true}) {
      browser.look(390, dark);
      browser.await(
          "narrow charts",
          () -> (Boolean)
              browser.run(
                  "return [...document.querySelectorAll('#plots canvas')].every((c) => c.clientWidth <= 390)"));
      assertEquals(390L, browser.run("return document.documentElement.scrollWidth"));
      String paper = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
      assertEquals(dark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)", paper);
    }
  }

  @Test
  void everythingIsReachedByKeyboardAndSeen() {
    List<String> reached = new ArrayList<>();
    browser.run("document.querySelector('.skip').focus()");
    reached.add(browser.focused());
    for (int i = 0; i < 60 && !reached.contains("all-settings"); i++) {
      browser.press(Keys.TAB);
      reached.add(browser.focused());
      assertNotEquals(
          "none", browser.run("return getComputedStyle(document.activeElement).outlineStyle"));
    }
    assertTrue(
        reached.containsAll(List.of(
            "To the charts",
            "tiny",
            "log-scale",
            "smoothing",
            "first-step",
            "last-step",
            "whole",
            "play",
            "count",
            "class",
            "guidance",
            "steps",
            "seed",
            "begin",
            "all-settings")),
        reached.toString());
    assertEquals(
        List.of(),
        browser.run(
            "return [...document.querySelectorAll('input, select, button, [role=img], img')]"
                + ".filter((e) => e.offsetParent !== null && !(e.labels?.length || e.ariaLabel"
                + " || e.getAttribute('aria-label') || e.textContent || e.alt)).map((e) => e.outerHTML)"));
  }

  @Test
  void whoHasNoTokenCanLookAndIsToldHowToDraw() throws InterruptedException {
    browser.run("sessionStorage.clear()");
    browser.go("about:blank");
    browser.go(address.replaceFirst("#.*", ""));
    browser.await("runs", () -> browser.all(".run").size() >= 2);
    choose("tiny");
    browser.await("the form", () -> browser.the("#begin").isDisplayed());
    assertFalse(browser.the("#begin").isEnabled());
    assertTrue(browser.the("#drawing-problem").getText().contains("token"));
  }
}
