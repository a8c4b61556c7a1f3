package brume.diffusion.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

  @TempDir
  private Path folder;

  static List<String> names() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void fitTogetherAndSayWhereTheyComeFrom(String name) {
    Presets.Preset preset = Presets.named(name);
    preset.recipe().checked();
    assertFalse(preset.about().isBlank(), "about");
    assertFalse(preset.source().isBlank(), "source");
  }

  @ParameterizedTest
  @MethodSource("names")
  void comeBackFromAFile(String name) throws IOException {
    Recipe recipe = Presets.named(name).recipe();
    Path file = folder.resolve("config.json");
    Recipes.write(file, recipe);
    assertEquals(recipe, Recipes.read(file));
  }

  /** A preset with other kinds than the plain recipe everywhere would hide that kinds are kept. */
  @Test
  void differFromEachOther() {
    long different =
        names().stream().map(name -> Presets.named(name).recipe()).distinct().count();
    assertEquals(names().size(), different);
  }

  @Test
  void unknownOnesAreRefused() {
    String said =
        assertThrows(SettingException.class, () -> Presets.named("fasion")).getMessage();
    assertEquals(
        Text.of(
            "{preset}: expected one of %s, got fasion; did you mean fashion",
            String.join(", ", names())),
        said);
  }
}
