package brume.diffusion.exchange;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.diffusion.settings.SettingsFile;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.nn.layer.TimeEncoding;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.diffusers.ResnetConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Residual;
import brume.nn.unet.diffusers.UNet2DConditionConfig.TokenNorm;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionalUnetFileTest {

  private static final Device ON = Backends.reference();

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  static List<UNet2DConditionConfig> configs() {
    return List.of(
        config(Kind.CROSS, TokenNorm.NONE, new Classes.None(), new Added.None(), 0),
        config(Kind.SIMPLE_CROSS, TokenNorm.LAYER, new Classes.Table(9), new Added.Text(2), 5),
        config(
            Kind.RESNET, TokenNorm.GROUP, new Classes.Level(), new Added.TextAndNumbers(4, 20), 0),
        config(Kind.PLAIN, TokenNorm.NONE, new Classes.Same(), new Added.None(), 0),
        config(Kind.PLAIN, TokenNorm.NONE, new Classes.Projected(4, 1), new Added.None(), 0),
        config(Kind.PLAIN, TokenNorm.NONE, new Classes.Projected(4, 2), new Added.None(), 0));
  }

  @Test
  void eachLevelMaySeeTokensOnly() throws IOException {
    UNet2DConditionConfig plain = configs().get(0);
    List<Level> levels =
        List.of(plain.levels().get(0).seeing(true), plain.levels().get(1));
    UNet2DConditionConfig config = new UNet2DConditionConfig(
        plain.channels(),
        plain.outChannels(),
        levels,
        plain.middle(),
        0,
        plain.tokenNorm(),
        false,
        plain.classes(),
        plain.added(),
        plain.timeEncoding(),
        plain.timeDim(),
        plain.timeActivation(),
        plain.resnet(),
        plain.residual(),
        1,
        false,
        3,
        3);
    whatIsWrittenIsReadAgain(config);
    String first = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_k";
    String middle = "mid_block.attentions.0.transformer_blocks.0.attn1.to_k";
    Map<String, Shape> shapes = new HashMap<>();
    new UNet2DCondition(ON, RandomKey.of(2), config)
        .parameters()
        .forEach(each -> shapes.put(each.path(), each.variable().shape()));
    assertEquals(4 * 32, requireNonNull(shapes.get(first + ".weight")).size());
    assertEquals(8 * 8, requireNonNull(shapes.get(middle + ".weight")).size());
  }

  private static UNet2DConditionConfig config(
      Kind kind, TokenNorm norm, Classes classes, Added added, int text) {
    Kind middle = kind == Kind.RESNET ? Kind.PLAIN : kind;
    return new UNet2DConditionConfig(
        3,
        6,
        List.of(
            new Level(4, kind, Kind.PLAIN, 1, 2, 1, 32).seeing(text > 0),
            new Level(8, Kind.PLAIN, kind, 2, 4, 3, 32).seeing(text > 0)),
        new Middle(middle, 1.5, text > 0),
        text,
        norm,
        text == 0,
        classes,
        added,
        new TimeEncoding.Sinusoidal(10000, false, 1),
        12,
        text > 0 ? Optional.of(Activation.RELU) : Optional.empty(),
        new ResnetConfig(2, 1e-4, 12, text > 0, Activation.GELU, true, 0.25, 1),
        new Residual(text == 0, 1.25),
        0,
        text > 0,
        1,
        5);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void whatIsWrittenIsReadAgain(UNet2DConditionConfig config) throws IOException {
    ConditionalUnetFile.write(new UNet2DCondition(ON, RandomKey.of(2), config), 8, folder);
    assertEquals(config, ConditionalUnetFile.read(folder.resolve("config.json")));
    assertEquals(config, ConditionalUnetFile.open(folder, ON).config());
  }

  @Test
  void weightsComeBack() throws IOException {
    UNet2DConditionConfig config = configs().get(0);
    UNet2DCondition network = new UNet2DCondition(ON, RandomKey.of(2), config);
    ConditionalUnetFile.write(network, 8, folder);
    assertArrayEquals(answer(network), answer(ConditionalUnetFile.open(folder, ON)), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void weightsOfHalfWidthStaySoAndAnswerAlike(DType half) throws IOException {
    UNet2DConditionConfig config = configs().get(0);
    UNet2DCondition narrow =
        Parameters.toBeRead(half, () -> new UNet2DCondition(ON, RandomKey.of(2), config));
    UNet2DCondition fresh = new UNet2DCondition(ON, RandomKey.of(2), config);
    for (int i = 0; i < fresh.parameters().size(); i++) {
      Tensor numbers = fresh.parameters().get(i).variable().value();
      narrow.parameters().get(i).variable().value().copyFrom(numbers.toDoubles());
    }
    ConditionalUnetFile.write(narrow, 8, folder);
    UNet2DCondition stored = ConditionalUnetFile.open(folder, WeightWidth.STORED, ON);
    UNet2DCondition wide = ConditionalUnetFile.open(folder, WeightWidth.FLOAT, ON);
    assertEquals(half, stored.parameters().get(0).variable().value().dtype());
    assertEquals(DType.F64, wide.parameters().get(0).variable().value().dtype());
    assertArrayEquals(answer(wide), answer(stored));
    IllegalArgumentException refused = assertThrows(
        IllegalArgumentException.class, () -> new Adam(stored.parameters(), AdamConfig.adam()));
    assertEquals(
        "optimizer: expected parameters of full width to be trained, got conv_in.weight in "
            + half.name().toLowerCase(Locale.ROOT)
            + "; read the weights as float",
        refused.getMessage());
  }

  @Test
  void weightsOfFullWidthStaySoUnlessHalfIsAskedFor() throws IOException {
    ConditionalUnetFile.write(
        new UNet2DCondition(ON, RandomKey.of(2), configs().get(0)), 8, folder);
    assertEquals(DType.F64, kept(WeightWidth.STORED));
    assertEquals(DType.F16, kept(WeightWidth.HALF));
  }

  private DType kept(WeightWidth width) throws IOException {
    UNet2DCondition network = ConditionalUnetFile.open(folder, width, ON);
    return network.parameters().get(0).variable().value().dtype();
  }

  private static double[] answer(UNet2DCondition network) {
    Condition told = Condition.none().withContext(Context.of(numbers(1, 2, 32)));
    Query query = new Query(numbers(1, 4, 4, 3), new double[] {5}, told, Pass.inference());
    return network.predict(query).value().toDoubles();
  }

  private static Variable numbers(int... shape) {
    Shape sizes = Shape.of(shape);
    double[] values = new double[sizes.size()];
    RandomKey.of(1).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(ON, sizes, values));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time_embedding_type | \"fourier\" | expected time_embedding_type to be one of positional, got"
            + " \"fourier\"",
        "dual_cross_attention | true | expected options known to Brume, got dual_cross_attention = true",
        "encoder_hid_dim_type | \"image_proj\" | expected encoder_hid_dim_type to be one of text_proj,"
            + " got \"image_proj\"",
        "addition_embed_type | \"image\" | expected addition_embed_type to be one of text, text_time, got"
            + " \"image\"",
        "down_block_types | [\"AttnDownBlock2D\", \"DownBlock2D\"] | expected down_block_types to be made"
            + " of CrossAttnDownBlock2D, DownBlock2D, ResnetDownsampleBlock2D,"
            + " SimpleCrossAttnDownBlock2D, got [\"AttnDownBlock2D\",\"DownBlock2D\"]",
        "attention_head_dim | [1, 2, 4] | expected attention_head_dim to be one value or 2, as"
            + " block_out_channels has, got [1,2,4]",
      })
  void refusesWhatIsNotThere(String option, String value, String complaint) throws IOException {
    ConditionalUnetFile.write(
        new UNet2DCondition(ON, RandomKey.of(2), configs().get(0)), 8, folder);
    Path file = folder.resolve("config.json");
    ObjectNode tree = (ObjectNode) SettingsFile.read(file);
    tree.set(option, new JsonMapper().readTree(value));
    SettingsFile.write(file, tree);
    assertEquals(
        file + ": " + complaint,
        assertThrows(IOException.class, () -> ConditionalUnetFile.open(folder, ON))
            .getMessage());
  }
}
