package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.LoraFile;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code brume train --lora-from FOLDER --lora-text-layers NAMES}: text encoders are adapted with the network. */
class LoraOfTextsCommandTest extends TaughtFolder {

  private static final String LAST = "checkpoints/step-000006/";
  private static final String MODEL = LAST + "model.safetensors";
  private static final String LAYERS = "q_proj,k_proj,v_proj,out_proj";
  private static final String FIRST = "text_encoder.", SECOND = "text_encoder_2.";

  private Path learned(String folder, String run, Object... more) throws IOException {
    return train("--lora-from", folder, run, with(more, "--lora-text-layers", LAYERS));
  }

  private static Object[] with(Object[] words, Object... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray();
  }

  private static long count(SafeTensors file, String part) {
    return file.names().stream().filter(name -> name.startsWith(part)).count();
  }

  private static boolean moved(SafeTensors file, String name) {
    for (float number : file.floats(name)) {
      if (number != 0) {
        return true;
      }
    }
    return false;
  }

  /** A file of some of the changes of another. */
  private Path part(Path file, Predicate<String> wanted) throws IOException {
    SafeTensors all = SafeTensors.read(file.resolve(LoraFile.NAME));
    SafeTensorsWriter writer = new SafeTensorsWriter();
    all.metadata().forEach(writer::metadata);
    for (String name : all.names().stream().filter(wanted).toList()) {
      writer.add(name, all.shape(name), all.floats(name));
    }
    Path part = temporary.resolve("part.safetensors");
    writer.write(part);
    return part;
  }

  @ParameterizedTest
  @CsvSource({"sd1, 16, 0", "sd2_v, 16, 0", "sdxl, 24, 16"})
  void whatARunHasLearnedIsDrawnByTheFolderWithItsFile(String folder, int first, int second)
      throws IOException {
    Path run = learned(folder, "run", "--steps", 2);
    Path file = temporary.resolve("file");
    said(0, "export", "--run", run, "--out", file);
    SafeTensors written = SafeTensors.read(file.resolve(LoraFile.NAME));
    assertEquals(first, count(written, FIRST));
    assertEquals(second, count(written, SECOND));
    float[] own = sampled("a cat", "--run", run);
    Path shipped = shipped(folder);
    assertArrayEquals(own, sampled("a cat", "--from", shipped, "--lora", file), 1e-4f);
    for (String part : second > 0 ? List.of(FIRST, SECOND) : List.of(FIRST)) {
      Path others = part(file, name -> !name.startsWith(part));
      double moved = farthest(own, sampled("a cat", "--from", shipped, "--lora", others));
      assertTrue(moved > 2e-3, "without what " + part + " has learned moved by " + moved);
    }
  }

  @ParameterizedTest
  @CsvSource({"sd1", "sdxl"})
  void gradientsReachThemAll(String folder) throws IOException {
    SafeTensors learned = SafeTensors.read(learned(folder, "run", "--steps", 6).resolve(MODEL));
    for (String name : learned.names()) {
      // XL is told what stands before the last layer of its first encoder: nothing follows from
      // that one.
      boolean isLast =
          folder.equals("sdxl") && name.startsWith(FIRST + "text_model.encoder.layers.2.");
      boolean isUp = name.endsWith(".lora_B.weight");
      assertEquals(!(isLast && isUp), moved(learned, name), name);
    }
  }

  @Test
  void aRunThatWasStoppedEndsInTheSameBits() throws IOException {
    Path whole = learned("sd1", "whole", "--average", "half-life", "--steps", 6);
    Path parts = learned("sd1", "parts", "--average", "half-life", "--steps", 3);
    said(0, "train", "--resume", parts, "--steps", "6", "--device", "cpu");
    try (Stream<Path> files = Files.list(whole.resolve(LAST))) {
      List<String> names = files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".safetensors"))
          .toList();
      assertTrue(names.size() > 2, names.toString());
      for (String name : names) {
        Path one = whole.resolve(LAST + name), other = parts.resolve(LAST + name);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other), name);
        if (!name.startsWith("optimizer")) {
          assertEquals(16, count(SafeTensors.read(one), FIRST), name);
        }
      }
    }
    float[] average = sampled("a cat", "--run", whole);
    float[] raw = sampled("a cat", "--run", whole, "--weights", "raw");
    assertTrue(farthest(average, raw) > 1e-4, "the average is another model");
  }

  @Test
  void theFileSaysToPeftWhatItChanges() throws IOException {
    Path run = learned("sdxl", "run", "--steps", 1, "--rank", 2, "--lora-alpha", 3);
    Path file = temporary.resolve("file");
    String told = said(0, "export", "--run", run, "--out", file);
    assertTrue(told.contains("they change the unet and the text encoders of "), told);
    String attention = "[\"q_proj\",\"k_proj\",\"v_proj\",\"out_proj\"]";
    assertEquals(
        "{\"unet.lora_alpha\":3.0,\"unet.r\":2,\"unet.target_modules\":[\"to_q\",\"to_k\",\"to_v\",\"to_out.0\"],"
            + "\"text_encoder.lora_alpha\":3.0,\"text_encoder.r\":2,\"text_encoder.target_modules\":"
            + attention
            + ",\"text_encoder_2.lora_alpha\":3.0,\"text_encoder_2.r\":2,\"text_encoder_2.target_modules\":"
            + attention
            + "}",
        SafeTensors.read(file.resolve(LoraFile.NAME)).metadata().get("lora_adapter_metadata"));
  }

  @Test
  void withoutTheOptionTextEncodersStayAsTheyAre() throws IOException {
    Path run = train("--lora-from", "sd1", "run", "--steps", 6);
    assertFalse(SafeTensors.read(run.resolve(MODEL)).names().stream()
        .anyMatch(name -> name.startsWith("text_")));
  }

  @Test
  void whatItWouldTakeIsTold() throws IOException {
    Object[] words = {"train", "--lora-from", shipped("sd1"), "--data", pictures, "--device", "cpu"
    };
    String alone = said(0, with(words, "--dry-run"));
    String told = said(0, with(words, "--dry-run", "--lora-text-layers", LAYERS));
    // Of each of two layers four matrices of 16 x 16, beside which are two of 4 x 16.
    String noun = "adapters of a U-Net that attends to words";
    assertEquals(
        parameters(alone, noun) + 2 * 4 * 2 * 4 * 16,
        parameters(told, noun + " and of its text encoders"));
  }

  private static int parameters(String told, String noun) {
    int at = told.indexOf(noun + " with ");
    assertTrue(at >= 0, told);
    String number = told.substring(at + (noun + " with ").length()).split(" ")[0];
    return Integer.parseInt(number.replace(",", ""));
  }

  @Test
  void whereItWouldHaveNoEffectItIsRefused() throws IOException {
    Path folder = shipped("sd1");
    Object[] words = {
      "train", "--data", pictures, "--lora-text-layers", LAYERS, "--lora-from", folder
    };
    assertEquals(
        "--lora-text-layers: expected none with a --condition that does not come from the folder that is adapted, "
            + folder
            + ", as its text encoders would learn nothing, got some",
        refused(2, with(words, "--text-from", shipped("sd2_v"))));
    assertEquals(
        "--lora-text-layers: expected a setting of network inversion, got one of lora; choose that with"
            + " --network, or leave --lora-text-layers out; see 'brume train --help'",
        refused(
            2, "train", "--token-from", folder, "--data", pictures, "--lora-text-layers", LAYERS));
  }

  @Test
  void layersThatAreNotThereAreRefused() throws IOException {
    Object[] words = {
      "train", "--lora-from", shipped("sd1"), "--data", pictures, "--run", temporary.resolve("run")
    };
    assertEquals(
        "--lora-text-layers: expected names of linear layers of each text encoder, such as q_proj, got to_q",
        refused(2, with(words, "--lora-text-layers", "q_proj,to_q")));
    assertEquals(
        "--lora-layers: expected names of linear layers of the unet, such as to_q, got q_proj",
        refused(2, with(words, "--lora-layers", "q_proj")));
  }
}
