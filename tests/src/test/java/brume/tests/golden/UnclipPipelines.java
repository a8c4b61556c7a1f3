package brume.tests.golden;

import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.diffusion.exchange.UnclipFolder;
import brume.diffusion.exchange.UnclipFolder.Ways;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.pipeline.Unclip;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Pictures of words by the vectors of pictures, by a folder of diffusers around the case: all that every
 * network answers, and all states on the three ways.
 */
final class UnclipPipelines implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("pipeline")
        && asked.attrs().path("pipeline").asText().equals("UnCLIPPipeline");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    UnclipFolder folder = UnclipFolder.open(
        asked.path().toAbsolutePath().getParent(), Optional.empty(), Optional.empty());
    Ways ways = Unclip.checked(ways(folder.ways(), asked.attrs()));
    List<double[]> priors = new ArrayList<>(), small = new ArrayList<>(), large = new ArrayList<>();
    List<double[]> states = new ArrayList<>(), beside = new ArrayList<>();
    Unclip parts = Unclip.open(folder, on);
    Unclip heard = new Unclip(
        parts.texts(),
        listening(parts.prior(), priors),
        parts.vectors(),
        parts.projection(),
        listening(parts.decoder(), small),
        watching(listening(parts.first(), large), folder.channels(), states, beside),
        watching(listening(parts.last(), large), folder.channels(), states, beside),
        on);

    List<String> prompts = new ArrayList<>();
    asked.attrs().path("prompt").forEach(prompt -> prompts.add(prompt.asText()));
    Said words = heard.words(prompts);
    results.check(
        "output.input_ids",
        Arrays.stream(parts.texts().towers().get(0).rows(prompts).tokens())
            .asLongStream()
            .toArray());
    results.checkAsIs("output.prompt_embeds", both(words, said -> said.vector().orElseThrow(), on));
    results.checkAsIs("output.text_hidden_states", both(words, Context::tokens, on));

    Tensor start = vectors(asked, "input.prior_latents", on);
    Recording way = new Recording(start);
    Tensor pictures =
        heard.pictureVectors(words, ways, start, (Noise) step -> vectors(asked, step, on), way);
    results.check("output.prior_output", turned(priors));
    results.check("output.prior_latents", states(way));
    results.check("output.image_embeddings", pictures);
    results.check("output.prior_timesteps", times(ways.prior()));

    Said told = heard.told(words, pictures, ways);
    results.checkAsIs("output.decoder_hidden_states", both(told, Context::tokens, on));
    results.checkAsIs(
        "output.decoder_additive_time", both(told, said -> said.vector().orElseThrow(), on));

    Sampler decoder = ways.decoder().sampler().create(ways.decoder().reverse());
    Sampler whole = heard.enlarging(decoder, ways, folder.height(), folder.width());
    Tensor begun = ChannelsLast.load(asked, "input.decoder_latents", on);
    Recording shown = new Recording(begun);
    int steps = decoder.steps();
    Noise noise = step -> step < steps
        ? ProcessInputs.entry(asked, "decoder_noise", step, on)
        : step == steps
            ? ChannelsLast.load(asked, "input.super_res_latents", on)
            : ProcessInputs.entry(asked, "super_res_noise", step - steps - 1, on);
    Tensor end = whole.sample(
        TextToPicture.estimates(heard.decoder(), told, ways.decoder()), begun, noise, shown);
    results.check("output.decoder_output", turned(small));
    results.check("output.decoder_latents", states(shown));
    results.check("output.decoder_timesteps", times(ways.decoder()));
    double[] drawn = states(shown);
    int each = drawn.length / steps;
    results.check(
        "output.image_small", Arrays.copyOfRange(drawn, drawn.length - each, drawn.length));
    results.check("output.image_upscaled", beside.get(0));
    results.check("output.super_res_output", Recording.joined(large));
    states.add(ChannelsLast.unload(end));
    results.check("output.super_res_latents", Recording.joined(states.subList(1, states.size())));
    results.check("output.super_res_timesteps", times(ways.enlarging()));
    results.check(
        "output.image",
        Arrays.stream(ChannelsLast.unload(end))
            .map(v -> Math.min(1, Math.max(0, v / 2 + 0.5)))
            .toArray());
    long[] mask = Stream.of(words.unwanted().orElseThrow(), words.wanted())
        .map(said -> said.shown().orElseThrow())
        .flatMapToLong(flags -> IntStream.range(0, flags.length).mapToLong(i -> flags[i] ? 1 : 0))
        .toArray();
    results.check("output.text_mask", mask);
  }

  private static Ways ways(Ways own, JsonNode attrs) {
    return new Ways(
        called(own.prior(), attrs, "prior"),
        called(own.decoder(), attrs, "decoder"),
        called(own.enlarging(), attrs, "super_res"));
  }

  private static Recipe called(Recipe own, JsonNode attrs, String stage) {
    ObjectNode called = JsonNodeFactory.instance.objectNode();
    called
        .putObject("sampler")
        .put("steps", attrs.path(stage + "_num_inference_steps").asInt());
    JsonNode scale = attrs.path(stage + "_guidance_scale");
    if (scale.isNumber()) {
      called.putObject("guidance").put("scale", scale.asDouble());
    }
    return Recipe.ENGINE.read(called, own);
  }

  /** Noise of steps that a case stores. */
  @FunctionalInterface
  private interface Noise extends NoiseSource {

    Tensor at(int step);

    @Override
    default Tensor start(Device device, Shape shape) {
      throw new IllegalStateException("the start is given");
    }

    @Override
    default Tensor step(int step, Device device, Shape shape) {
      return at(step);
    }
  }

  private static Tensor vectors(GoldenCase asked, String input, Backend on) {
    int[] shape = asked.shape(input);
    return Tensor.of(on, Shape.of(shape[0], 1, 1, shape[1]), asked.doubles(input));
  }

  private static Tensor vectors(GoldenCase asked, int step, Backend on) {
    int[] shape = asked.shape("input.prior_noise");
    int size = shape[1] * shape[2];
    double[] all = asked.doubles("input.prior_noise");
    return Tensor.of(
        on,
        Shape.of(shape[1], 1, 1, shape[2]),
        Arrays.copyOfRange(all, step * size, (step + 1) * size));
  }

  private interface Part {
    Variable of(Context said);
  }

  /** What stands for nothing comes first. */
  private static Tensor both(Said said, Part part, Backend on) {
    Tensor unwanted = part.of(said.unwanted().orElseThrow()).value();
    Tensor wanted = part.of(said.wanted()).value();
    double[] all = DoubleStream.concat(
            Arrays.stream(unwanted.toDoubles()), Arrays.stream(wanted.toDoubles()))
        .toArray();
    return Tensor.of(on, wanted.shape().with(0, 2 * wanted.shape().dim(0)), all);
  }

  private static Denoiser listening(Denoiser network, List<double[]> answers) {
    return query -> {
      Variable answer = network.predict(query);
      answers.add(ChannelsLast.unload(answer.value()));
      return answer;
    };
  }

  /** States, and the small picture beside them. */
  private static Denoiser watching(
      Denoiser network, int channels, List<double[]> states, List<double[]> beside) {
    return query -> {
      states.add(part(query, 0, channels));
      beside.add(part(query, channels, 2 * channels));
      return network.predict(query);
    };
  }

  private static double[] part(Query query, int from, int to) {
    return ChannelsLast.unload(slice(query.xt(), -1, from, to).value());
  }

  /** Of each look the half that is told nothing comes first. */
  private static double[] turned(List<double[]> looks) {
    List<double[]> turned = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      turned.add(looks.get(i ^ 1));
    }
    return Recording.joined(turned);
  }

  /** All states but the first. */
  private static double[] states(Recording way) {
    double[] all = way.x();
    int each = way.x0().length == 0 ? 0 : all.length - way.x0().length;
    return Arrays.copyOfRange(all, each, all.length);
  }

  private static double[] times(Recipe recipe) {
    return DiffusersRunner.times(recipe.sampler().create(recipe.reverse()));
  }
}
