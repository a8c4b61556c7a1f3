package brume.tests.golden;

import static brume.autograd.function.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.Parameters;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.layer.Downsample;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.Upsample;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Attention over images and changes of resolution, as parts of denoising-diffusion-pytorch. */
final class LucidrainsLayers implements CaseRunner {

  private record Part(Layer layer, UnaryOperator<Variable> forward) {}

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    String type = attrs.path("class").asText();
    boolean attends = Set.of("Attention", "LinearAttention").contains(type);
    boolean resamples = Set.of("Downsample", "Upsample").contains(type);
    return asked.kind().equals("module")
        && attrs.path("system").asText().startsWith("lucidrains")
        && (resamples || attends && domain(attrs) == Domain.IMAGE);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Domain domain = domain(asked.attrs());
    Part part = part(asked, Parameters.of(on, RandomKey.of(0)), domain);
    NetworkRun run = new NetworkRun(asked, on, part.layer());
    Variable x = run.input("x");
    Variable y = part.forward().apply(domain == Domain.IMAGE ? x : asImage(x));
    run.compare(part.layer(), domain == Domain.IMAGE ? y : asSignal(y), results);
  }

  private static Part part(GoldenCase asked, Parameters at, Domain domain) {
    JsonNode kwargs = asked.attrs().path("kwargs");
    int dim = kwargs.path("dim").asInt();
    int dimOut = kwargs.path("dim_out").asInt(dim);
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
        SelfAttention layer = new SelfAttention(at, domain, dim, attention(asked.attrs()));
        yield new Part(layer, layer::forward);
      }
    };
  }

  private static AttentionConfig attention(JsonNode attrs) {
    JsonNode kwargs = attrs.path("kwargs");
    boolean full = attrs.path("class").asText().equals("Attention");
    boolean remembers = attrs.path("system").asText().equals("lucidrains");
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
