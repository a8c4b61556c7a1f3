package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Version;
import brume.diffusion.run.Model;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages in {@code docs/cli} are what {@code --help} says. To write them anew:
 *
 * <pre>
 *   mvn -q test -pl diffusion -am -Dtest=HelpPagesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dbrume.docs.write=true
 * </pre>
 */
class HelpPagesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PAGES = ROOT.resolve("docs/cli");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "train",
        "sample",
        "inpaint",
        "enlarge",
        "interpolate",
        "likelihood",
        "eval",
        "export",
        "list",
        "bench",
        "bench step",
        "bench quality",
        "bench text-to-image",
        "bench ranks",
        "ptx",
        "ptx trace",
        "ptx save",
        "watch",
        "show",
        "compare",
        "doctor"
      })
  void thePageOfACommandIsWhatItsHelpSays(String command) throws IOException {
    String said =
        Shell.run((Object[]) (command + " --help").trim().split(" ")).succeeds().out();
    Path page = PAGES.resolve(("brume " + command).trim().replace(' ', '-') + ".txt");
    if (Boolean.getBoolean("brume.docs.write")) {
      Files.createDirectories(PAGES);
      Files.writeString(page, said);
    }
    assertEquals(Files.readString(page), said, page + " is old; see the comment of this test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "sample", "eval", "inpaint", "enlarge", "bench step"})
  void everyOptionThatTakesAValueTellsItsDefault(String command) {
    String said = Shell.run((Object[]) (command + " --help").split(" ")).out();
    Matcher option =
        Pattern.compile("(?m)^ +(--[a-z0-9-]+)=(?:(?!^ +-)[\\s\\S])*").matcher(said);
    int options = 0;
    while (option.find()) {
      options++;
      boolean exempt = option
          .group(1)
          .matches(
              "--(run|from|resume|config|epochs|pictures|time-budget|seeds|steps-out|image|mask|start|classifier)");
      assertTrue(exempt || option.group().contains("Default:"), option.group());
    }
    assertTrue(options >= 5, said);
  }

  @Test
  void whatOwnPicturesGetIsWhatThePresetSays() {
    Recipe preset = Presets.named("pictures").recipe();
    long parameters;
    try (Scope scope = Scope.open()) {
      parameters = new Model(preset, Backends.reference()).size();
    }
    String sentence = String.format(
        Locale.ROOT,
        "%,d steps of a network of %.1f million parameters",
        preset.training().steps(),
        parameters * 1e-6);
    String help = Shell.run("train", "--help").out().replaceAll("\\s+", " ");
    assertTrue(help.contains(sentence), sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "train", "bench step"})
  void helpIsAlsoACommand(String command) {
    String help = Shell.run((Object[]) (command + " --help").trim().split(" ")).out();
    String same =
        Shell.run((Object[]) ("help " + command).trim().split(" ")).succeeds().out();
    assertEquals(help, same);
  }

  /** A setting whose option is one of the command itself would get a name with a dot. */
  @ParameterizedTest
  @ValueSource(strings = {"shapes", "fashion-mnist", "moving", "toy:swissroll", "toy:waves"})
  void noSettingOfDataHasAnOptionOfTheCommand(String data) {
    String help = Shell.run("train", "--data", data, "--help").succeeds().out();
    assertFalse(Pattern.compile("(?m)^ +--[a-z0-9-]+\\.").matcher(help).find(), help);
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertEquals(Shell.run("--help").out(), Shell.run().succeeds().out());
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    Matcher version = Pattern.compile("<version>([^<]+)</version>")
        .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertTrue(version.find());
    assertEquals(version.group(1), Version.BRUME);
    assertEquals(
        "brume " + version.group(1), Shell.run("--version").succeeds().out().strip());
  }
}
