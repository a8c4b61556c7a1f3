package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.Export;
import brume.diffusion.exchange.Imported;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of diffusion transformers of diffusers are read, and written with every bit. */
class DiTFoldersTest {

  private final Backend on = Backends.reference();

  @TempDir
  private Path temporary;

  private static List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.walk(GoldenCases.shipped())) {
      return files
          .filter(file -> file.endsWith(Path.of("transformer", "config.json")))
          .map(file -> file.getParent().getParent())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsReadIsWrittenAgain() throws IOException {
    assertTrue(folders().size() > 1, "expected folders with and without learned variances");
    for (Path folder : folders()) {
      try (Scope scope = Scope.open()) {
        Imported read = Imported.open(folder, Optional.empty());
        List<NamedParameter> parameters = read.model(on).parameters();
        Path weights = temporary.resolve("weights.safetensors");
        Weights.save(weights, parameters);
        Path out = temporary.resolve(folder.getFileName().toString());
        Export.write(read.recipe().checked(), weights, out, Export.Layout.of(read.recipe()));
        Files.delete(out.resolve("recipe.json")); // the files of diffusers must do
        Imported again = Imported.open(out, Optional.empty());
        assertEquals(read.recipe(), again.recipe());
        assertSame(parameters, again.model(on).parameters());
        assertSame(config(folder), config(out));
        assertEquals(
            SettingsFile.read(folder.resolve("model_index.json")).path("transformer"),
            SettingsFile.read(out.resolve("model_index.json")).path("transformer"));
      }
    }
  }

  private static void assertSame(List<NamedParameter> expected, List<NamedParameter> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).path(), got.get(i).path());
      assertArrayEquals(
          expected.get(i).variable().value().toDoubles(),
          got.get(i).variable().value().toDoubles(),
          expected.get(i).path());
    }
  }

  private static ObjectNode config(Path folder) throws IOException {
    return (ObjectNode) SettingsFile.read(folder.resolve("transformer").resolve("config.json"));
  }

  /** What its class does not look at need not be written; channels that are null are those of x. */
  private static void assertSame(ObjectNode expected, ObjectNode got) {
    List<String> unread = List.of("norm_num_groups", "upcast_attention", "_diffusers_version");
    expected.remove(unread);
    got.remove(unread);
    if (expected.path("out_channels").isNull()) {
      expected.set("out_channels", expected.get("in_channels"));
    }
    assertEquals(expected, got);
  }

  @Test
  void theCallerOfAPipelineIsHeard() throws IOException {
    Recipe recipe = Imported.open(folders().get(0), Optional.empty()).recipe();
    JsonNode tree = Recipe.ENGINE.write(recipe);
    assertEquals("classifier-free", tree.path("guidance").path("kind").asText());
    assertEquals(4, tree.path("guidance").path("scale").asDouble());
    assertEquals(50, tree.path("sampler").path("steps").asInt());
  }

  @Test
  void whatBrumeLacksIsRefusedByName() throws IOException {
    Path folder = temporary.resolve("changed");
    Files.createDirectories(folder.resolve("transformer"));
    for (String name : List.of("model_index.json", "transformer/config.json")) {
      Files.copy(folders().get(0).resolve(name), folder.resolve(name));
    }
    Files.createDirectories(folder.resolve("scheduler"));
    Files.copy(
        folders().get(0).resolve("scheduler/scheduler_config.json"),
        folder.resolve("scheduler/scheduler_config.json"));
    Path config = folder.resolve("transformer/config.json");
    JsonNode whole = SettingsFile.read(config);
    assertRefused(folder, whole, "norm_eps", 1e-6, "to be 1.0E-5, got ");
    assertRefused(folder, whole, "sample_size", 0, "to be 1 to 4096, got 0");
  }

  private static void assertRefused(
      Path folder, JsonNode whole, String option, Number value, String sentence)
      throws IOException {
    Path config = folder.resolve("transformer/config.json");
    ObjectNode changed = whole.deepCopy();
    changed.put(option, value.doubleValue());
    SettingsFile.write(config, changed);
    IOException refused =
        assertThrows(IOException.class, () -> Imported.open(folder, Optional.empty()));
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.startsWith(config + ": expected " + option + " " + sentence), said);
  }

  @Test
  void aTransformerWithoutClassesIsNotOneOfDiffusers() throws IOException {
    Recipe told = Imported.open(folders().get(0), Optional.empty()).recipe();
    ObjectNode plain = Recipe.ENGINE.write(told);
    plain.put("condition", "none").put("guidance", "none");
    Recipe recipe = Recipe.ENGINE.read(plain, told);
    assertEquals(Export.Layout.BRUME, Export.Layout.of(recipe));
    SettingException refused = assertThrows(
        SettingException.class,
        () -> Export.write(
            recipe, temporary.resolve("none"), temporary.resolve("out"), Export.Layout.DIFFUSERS));
    assertTrue(refused.sentence(key -> key).contains("expected labels"));
  }
}
