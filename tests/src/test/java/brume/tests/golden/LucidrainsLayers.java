package brume.tests.golden;

import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.layer.Downsample;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.Upsample;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Attention, residual blocks and changes of resolution of denoising-diffusion-pytorch. */
final class LucidrainsLayers implements CaseRunner {

  private static final Set<String> KNOWN =
      Set.of("Attention", "LinearAttention", "Downsample", "Upsample", "ResnetBlock");

  private record Part(Layer layer, UnaryOperator<Variable> forward) {}

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    String type = attrs.path("class").asText();
    return asked.kind().equals("module")
        && attrs.path("system").asText().startsWith("lucidrains")
        && KNOWN.contains(type);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Domain domain = domain(asked.attrs());
    Parameters at = Parameters.of(on, RandomKey.of(0));
    if (asked.attrs().path("class").asText().equals("ResnetBlock")) {
      runBlock(
          asked, on, results, new ResBlock(at, block(asked.attrs()), dim(asked), dimOut(asked)));
      return;
    }
    Part part = part(asked, at, domain);
    NetworkRun run = new NetworkRun(asked, on, part.layer());
    Variable x = run.input("x");
    Variable y = part.forward().apply(domain == Domain.IMAGE ? x : asImage(x));
    run.compare(part.layer(), domain == Domain.IMAGE ? y : asSignal(y), results);
  }

  private static Part part(GoldenCase asked, Parameters at, Domain domain) {
    int dim = dim(asked), dimOut = dimOut(asked);
    return switch (asked.attrs().path("class").asText()) {
      case "Downsample" -> {
        Downsample layer = new Downsample(at, domain, dim, dimOut);
        yield new Part(layer, layer::forward);
      }
      case "Upsample" -> {
        Upsample layer = new Upsample(at, domain, dim, dimOut);
        yield new Part(layer, layer::forward);
      }
      default -> {
        AttentionConfig config = attention(asked.attrs());
        SelfAttention layer = domain == Domain.IMAGE
            ? new SelfAttention(at, domain, dim, config)
            : SelfAttention.withoutNorm(at, domain, dim, config);
        yield new Part(layer, layer::forward);
      }
    };
  }

  private static int dim(GoldenCase asked) {
    return asked.attrs().path("kwargs").path("dim").asInt();
  }

  private static int dimOut(GoldenCase asked) {
    return asked.attrs().path("kwargs").path("dim_out").asInt(dim(asked));
  }

  private static void runBlock(GoldenCase asked, Backend on, Comparison results, ResBlock block)
      throws IOException {
    NetworkRun run = new NetworkRun(asked, on, block);
    boolean image = domain(asked.attrs()) == Domain.IMAGE;
    Variable x = image ? run.input("x") : asImage(run.input("x"));
    Variable y = asked.has("input.time_emb")
        ? block.forward(x, silu(run.input("time_emb")), Pass.inference())
        : block.forward(x, Pass.inference());
    run.compare(block, image ? y : asSignal(y), results);
  }

  private static ResBlockConfig block(JsonNode attrs) {
    JsonNode kwargs = attrs.path("kwargs");
    return new ResBlockConfig(
        attrs.path("system").asText().equals("lucidrains")
            ? BlockVersion.RMS_NORM
            : BlockVersion.GROUP_NORM,
        domain(attrs),
        kwargs.path("time_emb_dim").asInt(0),
        kwargs.path("groups").asInt(8),
        kwargs.path("dropout").asDouble(0));
  }

  private static AttentionConfig attention(JsonNode attrs) {
    JsonNode kwargs = attrs.path("kwargs");
    boolean full = attrs.path("class").asText().equals("Attention");
    boolean remembers =
        attrs.path("system").asText().equals("lucidrains") && domain(attrs) == Domain.IMAGE;
    return new AttentionConfig(
        full ? AttentionKind.FULL : AttentionKind.LINEAR,
        kwargs.path("heads").asInt(4),
        kwargs.path("dim_head").asInt(32),
        remembers ? kwargs.path("num_mem_kv").asInt(4) : 0);
  }

  private static Domain domain(JsonNode attrs) {
    return attrs.path("module_file").asText().endsWith("_1d") ? Domain.SIGNAL : Domain.IMAGE;
  }

  private static Variable asImage(Variable x) {
    Shape shape = x.shape();
    return reshape(x, Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2)));
  }

  private static Variable asSignal(Variable y) {
    Shape shape = y.shape();
    return reshape(y, Shape.of(shape.dim(0), shape.dim(2), shape.dim(3)));
  }
}
