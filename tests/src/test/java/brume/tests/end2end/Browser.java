package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/** Chromium without a window, where there is one. */
final class Browser implements AutoCloseable {

  private static final Logger SELENIUM =
      Logger.getLogger("org.openqa.selenium"); // kept, or it is forgotten

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Skips the test where there is no Chromium or no driver for it. */
  static Browser open() {
    Optional<Path> browser = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = onPath("chromedriver");
    assumeTrue(
        browser.isPresent() && chromedriver.isPresent(),
        "needs Chromium and its driver: apt-get install chromium chromium-driver");
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // of its own, which root has none of; the page is ours
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1400,1000");
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
    ChromeDriverService service = new ChromeDriverService.Builder()
        .usingDriverExecutable(chromedriver.orElseThrow().toFile())
        .usingAnyFreePort()
        .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> onPath(String... names) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    for (String name : names) {
      for (String folder : path.split(File.pathSeparator)) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  void go(String address) {
    driver.get(address);
  }

  /** A window of this width, dark or light. */
  void look(int width, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  WebElement the(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** Clicks, after what is to be clicked has come into view. */
  void click(WebElement on) {
    run("arguments[0].scrollIntoView({block: 'center'})", on);
    on.click();
  }

  /** Presses the mouse at a share of an element's width and lets it go at another. */
  void drag(WebElement on, double from, double to) {
    run("arguments[0].scrollIntoView({block: 'center'})", on);
    int width = on.getSize().getWidth();
    new Actions(driver)
        .moveToElement(on, (int) ((from - 0.5) * width), 0)
        .clickAndHold()
        .moveToElement(on, (int) ((to - 0.5) * width), 0)
        .release()
        .perform();
  }

  Object run(String script, Object... of) {
    return driver.executeScript(script, of);
  }

  /** What has the focus, as the page calls it. */
  String focused() {
    return (String) run(
        "const e = document.activeElement; return e.id || e.name || e.textContent || e.tagName");
  }

  void press(CharSequence key) {
    driver.switchTo().activeElement().sendKeys(key);
  }

  /** Waits for something that the page shows. */
  void await(String what, BooleanSupplier happened) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!isSo(happened)) {
      assertTrue(
          System.nanoTime() < end,
          () -> "no " + what + " within a minute: " + the("body").getText());
      Thread.sleep(50);
    }
  }

  private static boolean isSo(BooleanSupplier happened) {
    try {
      return happened.getAsBoolean();
    } catch (StaleElementReferenceException redrawn) {
      return false;
    }
  }

  /** Waits for a text. */
  void awaitText(Supplier<WebElement> where, String text) throws InterruptedException {
    await(text, () -> where.get().getText().contains(text));
  }

  /** Requires that the page has gone wrong nowhere; a server that says no is told there, too. */
  void requireNoComplaints() {
    List<String> complaints = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get("browser")) {
      if (!entry.getMessage().contains("Failed to load resource")) {
        complaints.add(entry.getMessage());
      }
    }
    assertEquals(List.of(), complaints);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
