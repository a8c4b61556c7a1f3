package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.nn.Adapters;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.layer.Activation;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.TokenRows;
import brume.nn.text.TransformerConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraFileTest {

  private static final Device ON = Backends.reference();
  private static final String CHANGED = "text_model.encoder.layers.0.self_attn.q_proj.weight";
  private static final String CONV = "conv_out.weight"; // (6, 4, 5, 5)

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private static ClipText tower() {
    TransformerConfig layers = new TransformerConfig(4, 6, 1, 2, Activation.GELU, 1e-5);
    return new ClipText(ON, RandomKey.of(1), new ClipTextConfig(10, 5, layers, 9, 0));
  }

  private static UNet2DCondition unet() {
    return new UNet2DCondition(
        ON, RandomKey.of(1), ConditionalUnetFileTest.configs().get(0));
  }

  private static double[] stored(List<NamedParameter> parameters, String path) {
    NamedParameter found = parameters.stream()
        .filter(parameter -> parameter.path().equals(path))
        .findFirst()
        .orElseThrow();
    double[] values = found.variable().value().toDoubles();
    return IntStream.of(found.layout().order(found.variable().shape()))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  private static double[] numbers(int count) {
    return IntStream.range(0, count).mapToDouble(i -> (i * 7 % 11 - 5) / 4.0).toArray();
  }

  private Path written(SafeTensorsWriter writer) throws IOException {
    Path file = folder.resolve(LoraFile.NAME);
    writer.write(file);
    return file;
  }

  private SafeTensorsWriter pair(String down, String up) {
    return new SafeTensorsWriter()
        .add(down, new int[] {2, 4}, numbers(8))
        .add(up, new int[] {4, 2}, numbers(8));
  }

  /** up · down of {@link #pair}, by hand. */
  private static double[] product(double factor) {
    double[] product = new double[16], factors = numbers(8);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        product[4 * i + j] =
            factor * (factors[2 * i] * factors[j] + factors[2 * i + 1] * factors[4 + j]);
      }
    }
    return product;
  }

  private static void requireChanged(double[] before, double[] change, double[] after) {
    double[] expected = IntStream.range(0, before.length)
        .mapToDouble(i -> before[i] + change[i])
        .toArray();
    assertArrayEquals(expected, after, 1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    "text_encoder.text_model.encoder.layers.0.self_attn.q_proj, .lora_A.weight, .lora_B.weight",
    "text_encoder.encoder.layers.0.self_attn.q_proj, .lora_A.weight, .lora_B.weight",
    "text_encoder.text_model.encoder.layers.0.self_attn.q_proj, .lora_A.default.weight, .lora_B.default.weight",
    "text_encoder.text_model.encoder.layers.0.self_attn.q_proj, .lora_linear_layer.down.weight, .lora_linear_layer.up.weight",
    "text_encoder.text_model.encoder.layers.0.self_attn.to_q, _lora.down.weight, _lora.up.weight",
    "lora_te_text_model_encoder_layers_0_self_attn_q_proj, .lora_down.weight, .lora_up.weight",
    "lora_te1_text_model_encoder_layers_0_self_attn_q_proj, .lora_down.weight, .lora_up.weight"
  })
  void allNamesMeanTheSame(String place, String down, String up) throws IOException {
    ClipText tower = tower();
    double[] before = stored(tower.parameters(), CHANGED);
    LoraFile file = LoraFile.read(written(pair(place + down, place + up)));
    assertEquals(1, file.layers());
    file.addTo(tower, 0, 0.5);
    requireChanged(before, product(0.5), stored(tower.parameters(), CHANGED));
  }

  @ParameterizedTest
  @CsvSource({
    "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0, .lora.down.weight, .lora.up.weight",
    "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out, _lora.down.weight, _lora.up.weight",
    "base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0, .lora_A.weight, .lora_B.weight",
    "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out_0, .lora_down.weight, .lora_up.weight",
    "lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_out_0, .lora_down.weight, .lora_up.weight"
  })
  void soDoThoseOfTheNetwork(String place, String down, String up) throws IOException {
    String path = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0.weight";
    UNet2DCondition network = unet();
    double[] before = stored(network.parameters(), path);
    LoraFile.read(written(pair(place + down, place + up))).addTo(network, -1);
    requireChanged(before, product(-1), stored(network.parameters(), path));
  }

  @Test
  void filtersAreChangedInTheOrderOfTheFile() throws IOException {
    UNet2DCondition network = unet();
    double[] before = stored(network.parameters(), CONV);
    double[] down = numbers(100), up = numbers(6);
    written(new SafeTensorsWriter()
        .add("lora_unet_conv_out.lora_down.weight", new int[] {1, 4, 5, 5}, down)
        .add("lora_unet_conv_out.lora_up.weight", new int[] {6, 1, 1, 1}, up)
        .add("lora_unet_conv_out.alpha", new int[0], new double[] {3}));
    LoraFile.read(folder).addTo(network, 1);
    double[] change = IntStream.range(0, 600)
        .mapToDouble(i -> 3 * up[i / 100] * down[i % 100])
        .toArray();
    requireChanged(before, change, stored(network.parameters(), CONV));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text_encoder.lora_alpha\": 8, \"text_encoder.r\": 2} | 4",
        "{\"text_encoder.lora_alpha\": 8, \"text_encoder.alpha_pattern\": {\"self_attn.q_proj\": 1}} | 0.5",
        "{\"text_encoder.lora_alpha\": 8, \"text_encoder.use_rslora\": true} | 5.656854249492381",
        "{\"unet.lora_alpha\": 8} | 1"
      })
  void theSettingsOfPeftCount(String metadata, double factor) throws IOException {
    String place = CHANGED.replace(".weight", "");
    SafeTensorsWriter writer = pair(
        "text_encoder." + place + ".lora_A.weight", "text_encoder." + place + ".lora_B.weight");
    writer.metadata("lora_adapter_metadata", metadata);
    ClipText tower = tower();
    double[] before = stored(tower.parameters(), CHANGED);
    LoraFile.read(written(writer)).addTo(tower, 0, 1);
    requireChanged(before, product(factor), stored(tower.parameters(), CHANGED));
  }

  @Test
  void peftWritesThemBeside() throws IOException {
    String place = "base_model.model.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    new SafeTensorsWriter()
        .add(place + ".lora_A.weight", new int[] {1, 8}, numbers(8))
        .add(place + ".lora_B.weight", new int[] {8, 1}, numbers(8))
        .write(folder.resolve("adapter_model.safetensors"));
    Files.writeString(folder.resolve("adapter_config.json"), "{\"lora_alpha\": 5, \"r\": 1}");
    String path = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight";
    UNet2DCondition network = unet();
    double[] before = stored(network.parameters(), path), n = numbers(8);
    LoraFile.read(folder).addTo(network, 1);
    double[] change =
        IntStream.range(0, 64).mapToDouble(i -> 5 * n[i / 8] * n[i % 8]).toArray();
    requireChanged(before, change, stored(network.parameters(), path));
  }

  @Test
  void whatAdaptersHaveLearnedIsReadAsTheyDraw() throws IOException {
    Adapters ofNetwork = new Adapters(Adapters.Rule.ofAttention(2), RandomKey.of(1));
    ofNetwork.beside(LoraFileTest::unet);
    List<Adapters> ofTexts = new ArrayList<>();
    List<ClipText> learned = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Adapters adapters =
          new Adapters(new Adapters.Rule(2, 3, List.of("q_proj", "fc2")), RandomKey.of(i));
      learned.add(tower().with(adapters));
      for (NamedParameter parameter : adapters.parameters()) {
        parameter
            .variable()
            .value()
            .copyFrom(numbers(parameter.variable().shape().size(), i));
      }
      ofTexts.add(adapters);
    }
    LoraFile.write(ofNetwork, ofTexts, folder);
    LoraFile file = LoraFile.read(folder);
    for (int i = 0; i < 2; i++) {
      ClipText changed = tower();
      double[] plain = said(changed);
      file.addTo(changed, i, 1);
      double[] own = said(learned.get(i)), read = said(changed);
      assertArrayEquals(own, read, 1e-12);
      assertFalse(Arrays.equals(plain, own));
    }
    assertFalse(Arrays.equals(said(learned.get(0)), said(learned.get(1))));
  }

  private static double[] numbers(int count, int first) {
    return Arrays.copyOfRange(numbers(count + first), first, count + first);
  }

  private static double[] said(ClipText tower) {
    TokenRows rows = TokenRows.of(List.of(new int[] {0, 1}), 2, 1);
    return tower.encode(rows, Pass.inference()).normalized(0).value().toDoubles();
  }

  @Test
  void ofTheOtherEncoderNothingIsChanged() throws IOException {
    String place = "lora_te2_text_model_encoder_layers_0_self_attn_q_proj";
    LoraFile file =
        LoraFile.read(written(pair(place + ".lora_down.weight", place + ".lora_up.weight")));
    ClipText tower = tower();
    double[] before = stored(tower.parameters(), CHANGED);
    file.addTo(tower, 0, 1);
    assertArrayEquals(before, stored(tower.parameters(), CHANGED));
    file.addTo(tower, 1, 1);
    requireChanged(before, product(1), stored(tower.parameters(), CHANGED));
    file.requireTowers(2);
    String said = assertThrows(IOException.class, () -> file.requireTowers(1)).getMessage();
    assertTrue(said.contains("one text encoder, got some of text_encoder_2"), said);
  }

  private String refused(SafeTensorsWriter writer) throws IOException {
    Path file = written(writer);
    String said = assertThrows(IOException.class, () -> LoraFile.read(file).addTo(unet(), 1))
        .getMessage();
    assertTrue(said.startsWith(file + ": expected "), said);
    return said.substring((file + ": ").length());
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    String place = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
    String down = place + ".lora_A.weight", up = place + ".lora_B.weight";
    assertEquals(
        "expected both factors of a change, got " + down + " without the other",
        refused(new SafeTensorsWriter().add(down, new int[] {2, 4}, numbers(8))));
    assertEquals(
        "expected " + down + " of a rank and " + up + " of the same, got shapes (2, 4) and (4, 3)",
        refused(new SafeTensorsWriter()
            .add(down, new int[] {2, 4}, numbers(8))
            .add(up, new int[] {4, 3}, numbers(12))));
    assertEquals(
        "expected a change of " + place.substring(5)
            + ".weight, (4, 4), got one of (4, 8); it was made for another model",
        refused(new SafeTensorsWriter()
            .add(down, new int[] {1, 8}, numbers(8))
            .add(up, new int[] {4, 1}, numbers(4))));
    assertEquals(
        "expected changes of layers that unet has, got unet.x.lora_A.weight; it was made for another model",
        refused(pair("unet.x.lora_A.weight", "unet.x.lora_B.weight")));
    assertEquals(
        "expected low-rank changes alone (lora_A and lora_B, lora_down and lora_up, alpha), got"
            + " unet.x.dora_scale",
        refused(pair(down, up).add("unet.x.dora_scale", new int[] {1}, new double[1])));
    assertEquals(
        "expected one change of a layer, got "
            + up
            + " and lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight",
        refused(pair(down, up)
            .add(
                "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_up.weight",
                new int[] {4, 2},
                numbers(8))));
    assertEquals("expected low-rank changes, got no tensors", refused(new SafeTensorsWriter()));
    assertEquals(
        "expected one number as " + place + ".alpha, got 2 numbers or none that is finite",
        refused(pair(down, up).add(place + ".alpha", new int[] {2}, new double[2])));
  }

  @Test
  void afterARefusalNothingHasChanged() throws IOException {
    UNet2DCondition network = unet();
    String place = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
    double[] before = stored(network.parameters(), place.substring(5) + ".weight");
    LoraFile file = LoraFile.read(written(pair(place + ".lora_A.weight", place + ".lora_B.weight")
        .add("unet.x.lora_A.weight", new int[] {1, 4}, numbers(4))
        .add("unet.x.lora_B.weight", new int[] {4, 1}, numbers(4))));
    assertThrows(IOException.class, () -> file.addTo(network, 1));
    assertArrayEquals(before, stored(network.parameters(), place.substring(5) + ".weight"));
  }
}
