package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.Locales;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run leaves the same files, and says the same, wherever the machine thinks it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocaleTest {

  private Map<String, String> english = Map.of();

  @BeforeAll
  void trainInEnglish(@TempDir Path folder) throws Throwable {
    Map<String, String> all = new TreeMap<>();
    Locales.in("en-US", () -> all.putAll(trained(folder)));
    assertTrue(all.containsKey("run/checkpoints/step-000004/state.json"), "" + all.keySet());
    english = all;
  }

  @ParameterizedTest
  @MethodSource("brume.diffusion.Locales#all")
  void everythingIsTheSame(String locale, @TempDir Path folder) throws Throwable {
    Locales.in(locale, () -> {
      Map<String, String> here = trained(folder);
      assertEquals(english.keySet(), here.keySet());
      english.forEach((name, content) -> assertEquals(content, here.get(name), name));
    });
  }

  /** Files by name, and what was said; without what tells the time and the place. */
  private static Map<String, String> trained(Path folder) throws IOException {
    Path run = folder.resolve("run");
    Shell trained = train("--data", "toy:swissroll", "--run", run, "--steps", 2);
    Shell resumed = train("--resume", run, "--steps", 4);
    Path drawn = folder.resolve("drawn.safetensors");
    Shell sampled = Shell.run("sample", "--run", run, "--count", 3, "--out", drawn);
    sampled.succeeds();
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        all.put(name, text.replaceAll("\"(seconds|memory)\":[0-9.E-]+", ""));
      }
    }
    all.remove("run/run.lock");
    all.put("what train says", said(trained, folder));
    all.put("what resuming says", said(resumed, folder));
    all.put("what sample says", said(sampled, folder));
    all.put("help of train", Shell.run("train", "--help").out());
    Object[][] wrong = {
      {"train", "--steps", "12345678901"},
      {"train", "--batch", "-1234567"},
      {"train", "--lr", "1,5"},
      {"train", "--data", "toy:SWISSROLLI", "--run", folder.resolve("wrong")},
      {"train", "--resume", run, "--steps", 1},
      {"train", "--resume", run, "--lr", 0.25},
      {"sample", "--run", run, "--steps", 1234567},
      {"sample", "--run", run, "--count", -12},
    };
    for (int i = 0; i < wrong.length; i++) {
      Shell shell = Shell.run(wrong[i]);
      assertTrue(shell.status() != 0, "" + wrong[i][1]);
      all.put("wrong usage " + i, said(shell, folder));
    }
    return all;
  }

  private static Shell train(Object... words) {
    Object[] all = Stream.concat(
            Stream.of("train", "--checkpoint-every", 2, "--samples", 3, "--sample-steps", 2),
            Stream.of(words))
        .toArray();
    return Shell.run(all).succeeds();
  }

  /** Without the folder, and without lines that tell how fast it goes. */
  private static String said(Shell shell, Path folder) {
    return (shell.out() + "\n" + shell.err())
        .replace(folder.toString(), "")
        .lines()
        .filter(line -> !line.matches("(training|drawing) .*"))
        .collect(Collectors.joining("\n"));
  }
}
