package brume.nn.autoencoder;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Embedding.embedding;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.List;

/**
 * An autoencoder whose latents are rows of a table: every place takes the code that is nearest to what
 * the encoder says.
 *
 * @see <a href="https://arxiv.org/abs/1711.00937">van den Oord et al., Neural Discrete Representation
 *     Learning (2017)</a>
 */
public final class VqModel implements Layer {

  private static final double COMMITMENT = 0.25;

  private final Parameters at;
  private final VqConfig config;
  private final Encoder encoder;
  private final Decoder decoder;
  private final Conv2d quant;
  private final Variable codes; // (K, D)
  private final Conv2d postQuant;

  /**
   * Latents that are codes.
   *
   * @param values (N, H, W, D) codes, through which gradients go as if they were what was quantized
   * @param indexes (N·H·W) their rows in the table
   * @param loss () how far codes and latents are from each other
   */
  @SuppressWarnings("ArrayRecordComponent") // results are looked at, never compared
  public record Quantized(Variable values, int[] indexes, Variable loss) {}

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public VqModel(Device device, RandomKey key, VqConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int latent = config.coder().latentChannels(), each = config.codeChannels();
    this.encoder = new Encoder(at.child("encoder"), config.coder(), latent);
    this.quant = new Conv2d(at.child("quant_conv"), ResnetBlock.conv(latent, each, 1));
    this.codes = at.child("quantize.embedding")
        .add(
            "weight",
            Shape.of(config.codes(), each),
            StoredLayout.SAME,
            Initializer.uniform(1.0 / config.codes()));
    this.postQuant = new Conv2d(at.child("post_quant_conv"), ResnetBlock.conv(each, latent, 1));
    this.decoder = new Decoder(at.child("decoder"), config.coder());
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public VqConfig config() {
    return config;
  }

  /**
   * What the encoder says, before it becomes codes.
   *
   * @param x (N, H, W, C) with pixels in [−1, 1]
   * @return (N, H/factor, W/factor, D)
   */
  public Variable encode(Variable x) {
    AutoencoderKL.requireChannels("pictures", x.shape(), config.coder().channels());
    return quant.forward(encoder.forward(x));
  }

  /**
   * Takes the nearest code everywhere. The gradient of the codes' values goes to what was quantized; the
   * loss brings both together, the codes slower than the latents, as published models were trained:
   *
   * <pre>
   *   loss = mean((q̄ − z)²) + 0.25·mean((q − z̄)²)       a bar stops the gradient
   * </pre>
   *
   * @param z (N, H, W, D)
   * @return codes
   */
  public Quantized quantize(Variable z) {
    AutoencoderKL.requireChannels("latents", z.shape(), config.codeChannels());
    int[] nearest = nearest(z.value().toDoubles(), codes.value().toDoubles());
    Shape places = Shape.of(z.shape().dim(0), z.shape().dim(1), z.shape().dim(2));
    Variable q = embedding(codes, places, nearest);
    Variable values = add(z, Variable.constant(subtract(q, z).value()));
    Variable ofLatents = mean(square(subtract(Variable.constant(q.value()), z)));
    Variable ofCodes = mean(square(subtract(q, Variable.constant(z.value()))));
    return new Quantized(values, nearest, add(ofLatents, scale(ofCodes, COMMITMENT)));
  }

  /**
   * Makes latents codes, and codes pictures.
   *
   * @param z (N, H, W, D)
   * @return (N, factor·H, factor·W, C)
   */
  public Variable decode(Variable z) {
    return decodeCodes(quantize(z).values());
  }

  /**
   * Makes codes pictures.
   *
   * @param q (N, H, W, D)
   * @return (N, factor·H, factor·W, C)
   */
  public Variable decodeCodes(Variable q) {
    return Tape.tidy(() -> decoder.forward(postQuant.forward(q)));
  }

  private int[] nearest(double[] z, double[] table) {
    int each = config.codeChannels();
    int[] nearest = new int[z.length / each];
    for (int place = 0; place < nearest.length; place++) {
      double least = Double.POSITIVE_INFINITY;
      for (int code = 0; code < config.codes(); code++) {
        double distance = 0;
        for (int i = 0; i < each; i++) {
          double difference = z[place * each + i] - table[code * each + i];
          distance += difference * difference;
        }
        if (distance < least) {
          least = distance;
          nearest[place] = code;
        }
      }
    }
    return nearest;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
