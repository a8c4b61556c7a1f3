package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredWeightsTest {

  private static final String STEM = "diffusion_pytorch_model";

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();
  private NamedParameter bias = parameter("conv_in.bias", 2);
  private NamedParameter query = parameter("mid.attentions.0.to_q.weight", 2, 2);

  @BeforeEach
  void fresh() {
    bias = parameter("conv_in.bias", 2);
    query = parameter("mid.attentions.0.to_q.weight", 2, 2);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static NamedParameter parameter(String path, int... shape) {
    Tensor zeros = Tensor.of(
        Backends.reference(), Shape.of(shape), new double[Shape.of(shape).size()]);
    return new NamedParameter(path, Variable.parameter(zeros), StoredLayout.SAME);
  }

  private Matching load(StoredWeights weights) throws IOException {
    return weights.loadAll(List.of(bias, query));
  }

  private void assertLoaded() {
    assertArrayEquals(new double[] {1, 2}, bias.variable().value().toDoubles());
    assertArrayEquals(new double[] {3, 4, 5, 6}, query.variable().value().toDoubles());
  }

  private Path write(String name, String biasName, String queryName) throws IOException {
    Path file = folder.resolve(name);
    new SafeTensorsWriter()
        .add(biasName, new int[] {2}, new float[] {1, 2})
        .add(queryName, new int[] {2, 2}, new float[] {3, 4, 5, 6})
        .write(file);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "conv_in.bias, mid.attentions.0.to_q.weight",
    "conv_in.bias, mid.attentions.0.query.weight",
    "module.conv_in.bias, module.mid.attentions.0.to_q.weight",
    "_orig_mod.conv_in.bias, _orig_mod.mid.attentions.0.to_q.weight",
    "conv_in.bias, mid._orig_mod.attentions.0.to_q.weight",
    "ema_model.model.conv_in.bias, ema_model.model.mid.attentions.0.to_q.weight",
    "module._orig_mod.conv_in.bias, module._orig_mod.mid.attentions.0.query.weight"
  })
  void namesAreFoundUnderWhatWrappersMakeOfThem(String first, String second) throws IOException {
    assertTrue(
        load(StoredWeights.of(write("w.safetensors", first, second))).table().isEmpty());
    assertLoaded();
  }

  @Test
  void ofAModelAndItsAverageTheAverageIsRead() throws IOException {
    Path file = folder.resolve("w.safetensors");
    new SafeTensorsWriter()
        .add("online_model.conv_in.bias", new int[] {2}, new float[2])
        .add("online_model.mid.attentions.0.to_q.weight", new int[] {2, 2}, new float[4])
        .add("ema_model.conv_in.bias", new int[] {2}, new float[] {1, 2})
        .add("ema_model.mid.attentions.0.to_q.weight", new int[] {2, 2}, new float[] {3, 4, 5, 6})
        .write(file);
    load(StoredWeights.of(file));
    assertLoaded();
  }

  @ParameterizedTest
  @ValueSource(strings = {STEM + ".safetensors", STEM + ".fp16.safetensors"})
  void aFolderHasOneFile(String name) throws IOException {
    write(name, "conv_in.bias", "mid.attentions.0.to_q.weight");
    load(StoredWeights.in(folder, STEM));
    assertLoaded();
  }

  @Test
  void thePlainFileGoesBeforeVariantsAndOfThoseOneMustBeNamed() throws IOException {
    write(STEM + ".fp16.safetensors", "conv_in.bias", "mid.attentions.0.to_q.weight");
    write(STEM + ".ema.safetensors", "conv_in.bias", "mid.attentions.0.to_q.weight");
    assertEquals(
        folder + ": expected one file of weights, got " + STEM + ".ema.safetensors, " + STEM
            + ".fp16.safetensors; name the one to read, or the word in its name with --variant",
        refusal(() -> StoredWeights.in(folder, STEM)));
    Path plain = write(STEM + ".safetensors", "conv_in.bias", "mid.attentions.0.to_q.weight");
    assertEquals(plain, StoredWeights.in(folder, STEM).source());
  }

  @ParameterizedTest
  @ValueSource(strings = {STEM + ".safetensors.index.json", STEM + ".safetensors.index.fp16.json"})
  void severalFilesHaveAnIndex(String index) throws IOException {
    shards(index, STEM + "-00002-of-00002.safetensors");
    load(StoredWeights.in(folder, STEM));
    assertLoaded();
  }

  @Test
  void aVariantIsFoundByItsName() throws IOException {
    write(STEM + ".safetensors", "conv_in.bias", "mid.attentions.0.to_q.weight");
    Path fp16 = write(STEM + ".fp16.safetensors", "conv_in.bias", "mid.attentions.0.to_q.weight");
    assertEquals(fp16, StoredWeights.in(folder, STEM, "fp16").source());
    assertEquals(
        folder.resolve(STEM + ".safetensors")
            + ": expected the variant ema of the network's parameters, found none; ask for"
            + " another, or for none",
        refusal(() -> StoredWeights.in(folder, STEM, "ema")));
    shards(STEM + ".safetensors.index.bf16.json", STEM + "-00002-of-00002.safetensors");
    load(StoredWeights.in(folder, STEM, "bf16"));
    assertLoaded();
  }

  @Test
  void convolutionsOfSinglePixelsAreMatrices() throws IOException {
    new SafeTensorsWriter()
        .add("conv_in.bias", new int[] {2}, new float[] {1, 2})
        .add("mid.attentions.0.to_q.weight", new int[] {2, 2, 1, 1}, new float[] {3, 4, 5, 6})
        .write(folder.resolve(STEM + ".safetensors"));
    load(StoredWeights.in(folder, STEM));
    assertLoaded();
  }

  private void shards(String index, String second) throws IOException {
    new SafeTensorsWriter()
        .add("conv_in.bias", new int[] {2}, new float[] {1, 2})
        .write(folder.resolve(STEM + "-00001-of-00002.safetensors"));
    new SafeTensorsWriter()
        .add("mid.attentions.0.to_q.weight", new int[] {2, 2}, new float[] {3, 4, 5, 6})
        .write(folder.resolve(STEM + "-00002-of-00002.safetensors"));
    Files.writeString(
        folder.resolve(index),
        """
        {"metadata": {"total_size": 1}, "weight_map": {
          "conv_in.bias": "diffusion_pytorch_model-00001-of-00002.safetensors",
          "mid.attentions.0.to_q.weight": "SECOND"}}
        """
            .replace("SECOND", second));
  }

  @Test
  void anIndexNamesTensorsOfFilesBesideItOnly() throws IOException {
    Path index = folder.resolve(STEM + ".safetensors.index.json");
    shards("" + index.getFileName(), "../secret.safetensors");
    assertEquals(
        index
            + ": expected mid.attentions.0.to_q.weight to be in a safetensors file of the same"
            + " folder, got \"../secret.safetensors\"",
        refusal(() -> StoredWeights.in(folder, STEM)));
    shards("" + index.getFileName(), STEM + "-00001-of-00002.safetensors");
    assertEquals(
        folder.resolve(STEM + "-00001-of-00002.safetensors")
            + ": expected the tensor mid.attentions.0.to_q.weight, as " + index.getFileName()
            + " says, got none of that name",
        refusal(() -> StoredWeights.in(folder, STEM)));
  }

  @Test
  void whatDoesNotMatchIsATableOfThreeNamesAndACount() throws IOException {
    Path file = folder.resolve("w.safetensors");
    SafeTensorsWriter writer =
        new SafeTensorsWriter().add("conv_in.bias", new int[] {3}, new float[3]);
    for (int i = 0; i < 5; i++) {
      writer.add("extra." + i, new int[] {1}, new float[1]);
    }
    writer.write(file);
    Matching matching = StoredWeights.of(file).load(List.of(bias, query));
    assertEquals(
        List.of(
            "1 missing: mid.attentions.0.to_q.weight",
            "1 of another shape: conv_in.bias (expected (2), got (3))",
            "5 unexpected: extra.0, extra.1, extra.2, ..."),
        matching.table());
    assertEquals(
        file + ": expected the 2 parameters of the network, got 0; "
            + String.join("; ", matching.table()),
        refusal(() -> load(StoredWeights.of(file))));
  }

  @Test
  void aFileIsWhatItHoldsNotWhatItIsCalled() throws IOException {
    Path file = write("model.bin", "conv_in.bias", "mid.attentions.0.to_q.weight");
    assertTrue(load(StoredWeights.of(file)).table().isEmpty());
    assertLoaded();
  }

  @Test
  void picklesAreToldWithWhatConvertsThem() throws IOException {
    Path bin = Files.write(folder.resolve(STEM + ".bin"), new byte[] {1, 2, 3});
    String refused = refusal(() -> StoredWeights.in(folder, STEM));
    assertTrue(
        refused.startsWith(bin + ": expected a safetensors file, got a pickle of Python"), refused);
    assertEquals(3, refused.lines().count(), refused);
    assertTrue(refused.contains("\"" + STEM + ".safetensors\""), refused);
    Path renamed = folder.resolve("renamed.safetensors");
    try (OutputStream out = Files.newOutputStream(renamed);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.closeEntry();
    }
    assertTrue(refusal(() -> StoredWeights.of(renamed)).contains("got a pickle of Python"));
  }

  @Test
  void aLinkToNowhereIsTold() throws IOException {
    Path link = folder.resolve(STEM + ".safetensors");
    Files.createSymbolicLink(link, Path.of("../blobs/gone"));
    assertEquals(
        link + ": expected a file, got a link to ../blobs/gone, which is not there; fetch it again",
        refusal(() -> StoredWeights.in(folder, STEM)));
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static String refusal(Reading reading) {
    return String.valueOf(assertThrows(IOException.class, reading::read).getMessage());
  }
}
