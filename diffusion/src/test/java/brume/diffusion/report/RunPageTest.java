package brume.diffusion.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPageTest {

  @TempDir
  private Path folder;

  @Test
  void needsNothingElse() throws IOException {
    Path run = SmallRuns.make(folder, "run", 500);
    Files.writeString(run.resolve("eval.json"), "{\"fid\": 12.5}");
    String page = Files.readString(RunPage.write(new RunFolder(run)));
    Matcher sources = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(page);
    int pictures = 0;
    while (sources.find()) {
      String data = sources.group(1);
      String begin = "data:image/png;base64,";
      assertTrue(data.startsWith(begin), data);
      byte[] png = Base64.getDecoder().decode(data.substring(begin.length()));
      assertEquals(Files.readAllBytes(run.resolve("samples.png")).length, png.length);
      pictures++;
    }
    assertEquals(1, pictures);
    assertFalse(page.contains("<script") || page.contains("url(") || page.contains("@import"));
    assertTrue(page.contains("stopped after 500 of 1,000 steps of 32 images"), page);
    assertTrue(page.contains(">training.steps</th><td>1000</td><td>default 2500</td>"), page);
    assertTrue(page.contains(">fid</th><td>12.5</td>"), page);
    Matcher curve = Pattern.compile("<path d=\"(M[^\"]*)\" fill=\"none\"").matcher(page);
    assertTrue(curve.find(), page);
    assertEquals(500, curve.group(1).split("[ML]").length - 1);
  }

  @Test
  void whatComesFromTheRunIsText() throws IOException {
    Path run = SmallRuns.make(folder, "<img src=x onerror=alert(1)>", 5);
    Files.writeString(run.resolve("eval.json"), "{\"<b>\": \"<i onclick='x'>&\"}");
    String page = RunPage.of(new RunFolder(run));
    assertFalse(page.contains("<img src=x") || page.contains("<b>") || page.contains("<i "), page);
    assertTrue(page.contains("&lt;img src=x onerror=alert(1)&gt;"), page);
    assertTrue(page.contains("&lt;i onclick=&#39;x&#39;&gt;&amp;"), page);
  }
}
