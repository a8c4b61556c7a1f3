package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.exchange.SchedulerFile;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.Samplers;
import brume.nn.Denoiser;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Whole ways from noise to data with the schedulers of diffusers. */
final class DiffusersRunner implements CaseRunner {

  private static final Set<String> KINDS = Set.of("ddpm", "ddim");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && asked.attrs().has("scheduler")
        && SmallDenoiser.isIn(asked)
        && KINDS.contains(kind(asked));
  }

  private static String kind(GoldenCase asked) {
    return scheduler(asked)
        .map(recipe -> Samplers.CATALOG.of(recipe.sampler()).name())
        .orElse("");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Recipe recipe = sampledAs(scheduler(asked).orElseThrow(), asked.attrs());
    ReverseProcess process = recipe.reverse().discrete("expected numbered times, got others");
    Sampler sampler = recipe.sampler().create(process);
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    Recording recording = new Recording(start);
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    Denoiser denoiser =
        listeningTo(new SmallDenoiser(asked, start.shape().dim(-1), on), seen, answers);
    sampler.sample(Denoised.of(denoiser, process), start, Recording.noise(asked), recording);

    int last = sampler.steps() - 1;
    results.check("output.x", recording.x());
    results.check("output.pred_original_sample", recording.x0());
    results.check("output.model_input", Recording.joined(seen));
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.init_noise_sigma", 1.0);
    results.check("output.timesteps", times(sampler));
    results.check("output.alphas_cumprod", someAlphaBars(process.q().schedule()));
    int[] outermost = {
      (int) sampler.levels().at(last).time(), (int) sampler.levels().at(0).time()
    };
    results.check(
        "output.add_noise",
        process
            .q()
            .sample(
                Variable.constant(start),
                outermost,
                Variable.constant(ProcessInputs.entry(asked, "noise", 0, on)))
            .value());
  }

  static double[] times(Sampler sampler) {
    int last = sampler.steps() - 1;
    return IntStream.rangeClosed(0, last)
        .mapToDouble(i -> sampler.levels().at(last - i).time())
        .toArray();
  }

  static Denoiser listeningTo(Denoiser denoiser, List<double[]> seen, List<double[]> answers) {
    return query -> {
      Variable answer = denoiser.predict(query);
      seen.add(ChannelsLast.unload(query.xt().value()));
      answers.add(ChannelsLast.unload(answer.value()));
      return answer;
    };
  }

  /** What the file of the scheduler says, if it is one that Brume has. */
  static Optional<Recipe> scheduler(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    try {
      return Optional.of(SchedulerFile.recipe(
          attrs.path("scheduler").asText(), attrs.path("config"), asked.name()));
    } catch (IOException unsupported) {
      return Optional.empty();
    }
  }

  /** The recipe with what a caller of diffusers says: how many steps, and for some samplers more. */
  static Recipe sampledAs(Recipe recipe, JsonNode attrs) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ObjectNode sampler = tree.putObject("sampler");
    sampler.put("steps", attrs.path("num_inference_steps").asInt());
    String kind = Samplers.CATALOG.of(recipe.sampler()).name();
    if (kind.equals("ddim")) {
      boolean rederived = attrs.path("use_clipped_model_output").asBoolean();
      sampler.put("eta", attrs.path("eta").asDouble());
      sampler.put("estimate", rederived ? "from-x0" : "as-predicted");
    }
    put(attrs, "eta", sampler, "eta", kind.equals("tcd"));
    put(attrs, "s_churn", sampler, "churn", kind.equals("euler"));
    put(attrs, "s_tmin", sampler, "churnFrom", kind.equals("euler"));
    put(attrs, "s_tmax", sampler, "churnTo", kind.equals("euler"));
    put(attrs, "s_noise", sampler, "churnStrength", kind.equals("euler"));
    return Recipe.ENGINE.read(tree, recipe);
  }

  private static void put(
      JsonNode attrs, String said, ObjectNode sampler, String setting, boolean has) {
    if (has && attrs.has(said)) {
      sampler.set(setting, attrs.path(said));
    }
  }

  static double[] someAlphaBars(NoiseSchedule schedule) {
    int stride = schedule.steps() / 20;
    return IntStream.range(0, schedule.steps())
        .filter(t -> t % stride == 0)
        .mapToDouble(schedule::alphaBar)
        .toArray();
  }
}
