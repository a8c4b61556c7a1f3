package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import brume.diffusion.exchange.AutoencoderFile;
import brume.diffusion.exchange.ConditionalUnetFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.exchange.TextEncoderFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code brume sample --from PLACE --prompt TEXT} where weights are stored in other ways than in a plain folder. */
class StoredWaysCommandTest {

  private static final Path UNET = Path.of("unet"),
      PLAIN = Path.of("diffusion_pytorch_model.safetensors");

  private static final String[] STAGED = {"--prior-steps", "2", "--enlarging-steps", "2"};

  @TempDir
  private Path temporary;

  @Test
  void aFileOfAllPartsDrawsAsTheFolderOfThem() throws IOException {
    Path place = TextFolders.copied("ldm_single_file", temporary.resolve("all"));
    Path file = place.resolve("v1.safetensors");
    Files.copy(GoldenCases.shipped().resolve("models/text/ldm_single_file/v1.safetensors"), file);
    Path folder = TextFolders.copied("ldm_single_file", temporary.resolve("parts"));
    Device device = Backends.named("reference");
    try (Scope scope = Scope.open()) {
      StableDiffusionFolder all = StableDiffusionFolder.open(file, Optional.empty());
      ConditionalUnetFile.write(all.network(device), 8, folder.resolve("unet"));
      AutoencoderFile.write(all.decoder(device), 16, folder.resolve("vae"));
      TextEncoderFile.write(all.tower(0, device), folder.resolve("text_encoder"));
    }
    float[] drawn = sampled(file);
    assertArrayEquals(sampled(folder), drawn);
    assertFalse(Arrays.equals(drawn, sampled(file, "--negative-prompt", "rain")));
    assertEquals(
        file
            + ": expected a folder to choose the variant fp16 of, got a file; name the file that"
            + " is meant",
        refused(file, "--variant", "fp16"));
    Files.delete(place.resolve("model_index.json"));
    assertTrue(refused(file)
        .startsWith(file + ": expected beside it the model_index.json of its pipeline"));
  }

  @Test
  void aFileOfXlDrawsAsTheFolderOfItsParts() throws IOException {
    Path folder = TextFolders.copied("sdxl", temporary.resolve("xl"));
    Path file = folder.resolve("xl.safetensors");
    OriginalXl.write(folder, file);
    float[] parts = sampled(folder);
    for (String part : List.of("unet", "vae", "text_encoder", "text_encoder_2")) {
      String stem = part.startsWith("text") ? "model" : "diffusion_pytorch_model";
      Files.delete(folder.resolve(part).resolve(stem + ".safetensors")); // the file has them
    }
    assertArrayEquals(parts, sampled(file));
  }

  @Test
  void aVariantOfUnclipIsReadToo() throws IOException {
    Path folder = TextFolders.copied("unclip", temporary.resolve("unclip"));
    float[] plain = staged(folder);
    Path file = folder.resolve("decoder").resolve(PLAIN);
    writeHalved(file, file.resolveSibling("diffusion_pytorch_model.fp16.safetensors"));
    assertArrayEquals(plain, staged(folder));
    float[] variant = staged(folder, "--variant", "fp16");
    assertFalse(Arrays.equals(plain, variant));
    Files.delete(file);
    assertArrayEquals(variant, staged(folder));
    assertTrue(saidOfAny(folder, 0, STAGED)
        .contains(
            folder.resolve("decoder") + ": its weights are of a variant alone, which is read"));
    assertEquals(
        folder + ": expected weights of the variant bf16, found none in any part",
        lastLine(saidOfAny(folder, 1, "--variant", "bf16")));
  }

  private float[] staged(Path folder, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(STAGED));
    words.addAll(List.of(more));
    saidOfAny(folder, 0, words.toArray(String[]::new));
    return drawn();
  }

  @Test
  void aVariantIsReadIfItIsNamedOrTheOnlyOne() throws IOException {
    Path folder = TextFolders.copied("sd1", temporary.resolve("sd1"));
    float[] plain = sampled(folder);
    Path file = folder.resolve(UNET).resolve(PLAIN);
    Path half = file.resolveSibling("diffusion_pytorch_model.fp16.safetensors");
    writeHalved(file, half);
    assertArrayEquals(plain, sampled(folder));
    float[] variant = sampled(folder, "--variant", "fp16");
    assertFalse(Arrays.equals(plain, variant));
    assertTrue(said(folder, 0, "--variant", "fp16")
        .contains(folder.resolve("vae")
            + ": has no weights of the variant fp16; those without one are read"));
    assertEquals(
        folder + ": expected weights of the variant bf16, found none in any part",
        refused(folder, "--variant", "bf16"));
    Files.delete(file);
    assertArrayEquals(variant, sampled(folder));
    assertTrue(said(folder, 0)
        .contains(folder.resolve(UNET) + ": its weights are of a variant alone, which is read"));
    Files.copy(half, half.resolveSibling("diffusion_pytorch_model.other.safetensors"));
    assertTrue(refused(folder).endsWith("or the word in its name with --variant"));
    assertArrayEquals(variant, sampled(folder, "--variant", "other"));
  }

  /** The same tensors, half as large. */
  private static void writeHalved(Path from, Path to) throws IOException {
    SafeTensors all = SafeTensors.read(from);
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (String name : all.names()) {
      double[] halved = Arrays.stream(all.doubles(name)).map(x -> x / 2).toArray();
      writer.add(name, all.shape(name), halved);
    }
    writer.write(to);
  }

  private float[] sampled(Path place, String... more) throws IOException {
    said(place, 0, more);
    return drawn();
  }

  private float[] drawn() throws IOException {
    return SafeTensors.read(temporary.resolve("out.safetensors")).floats("samples");
  }

  private String refused(Path place, String... more) throws IOException {
    return lastLine(said(place, 1, more));
  }

  private static String lastLine(String said) {
    List<String> lines = said.lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private String said(Path place, int status, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("--size", "16"));
    words.addAll(List.of(more));
    return saidOfAny(place, status, words.toArray(String[]::new));
  }

  private String saidOfAny(Path place, int status, String... more) throws IOException {
    Path out = temporary.resolve("out.safetensors");
    Files.deleteIfExists(out);
    List<String> words = new ArrayList<>(List.of("sample", "--from", place.toString()));
    words.addAll(List.of("--prompt", "a cat", "--steps", "2"));
    words.addAll(List.of("--device", "reference", "--out", out.toString()));
    words.addAll(List.of(more));
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int got = Main.run(words.toArray(String[]::new));
      assertEquals(status, got, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
