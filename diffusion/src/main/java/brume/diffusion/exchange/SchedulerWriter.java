package brume.diffusion.exchange;

import brume.diffusion.exchange.SchedulerClass.Clips;
import brume.diffusion.exchange.SchedulerClass.ZeroSnr;
import brume.diffusion.process.Clippings;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Processes;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.MultistepSamplers;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.PndmStep;
import brume.diffusion.sampler.SamplerSettings;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.SpacingSettings;
import brume.diffusion.sampler.Spacings;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The scheduler of diffusers that is the process, sampler and clipping of a recipe, and what its file
 * cannot say of them. A sampler that diffusers does not have becomes DDIM.
 */
final class SchedulerWriter {

  private static final double USUAL_OFFSET = 0.008; // the only one of squaredcos_cap_v2
  private static final int USUAL_TIMESTEPS = 1000;

  private final Recipe recipe; // with a sampler that diffusers has
  private final TrainedProcess process;
  private final Optional<SchedulerFrame> frame;
  private final Optional<String> instead; // of which sampler another is written, and why
  private final SchedulerClass row;
  private final SpacingFit times;

  /** Writes for a recipe. */
  SchedulerWriter(Recipe asked) {
    this(asked, OptionalInt.empty());
  }

  /**
   * Writes for a recipe and a pipeline of its own mind.
   *
   * @param asked the recipe
   * @param offset that the pipeline adds to times whatever the file says
   */
  SchedulerWriter(Recipe asked, OptionalInt offset) {
    this.process = asked.reverse();
    Part settings = Part.of(Processes.CATALOG, asked.process());
    this.frame = settings.kind().equals("discrete")
        ? Optional.empty()
        : Optional.of(SchedulerFrame.of(settings));
    boolean taught = frame.isEmpty() && numbered().variance().isLearned();
    boolean dropped =
        taught && NetworkFile.isTransformer(asked); // by its pipeline, from all classes
    boolean learned = taught && !dropped;
    Recipe known = asked.with(plain(asked.sampler()));
    String kind = kindOf(known);
    List<SchedulerClass> rows = SchedulerClass.ofKind(kind, frame);
    boolean ddpm = kind.equals(SchedulerFile.DDPM);
    Optional<SchedulerClass> own = learned && !ddpm || dropped && ddpm
        ? Optional.empty() // no other class takes variances out of the output
        : rows.stream().filter(each -> isSaid(each, known)).findFirst();
    this.recipe = own.isPresent() ? known : similar(known, learned);
    this.row = own.orElseGet(() -> SchedulerClass.ofKind(kindOf(recipe), frame).get(0));
    this.instead = own.isPresent()
        ? Optional.empty()
        : Optional.of(kind
            + (taught ? " for a learned variance" : rows.isEmpty() ? "" : whyNot(known, rows)));
    this.times = SpacingFit.of(row, recipe, process, offset);
  }

  private ReverseProcess numbered() {
    return process.discrete("{process}: expected discrete, got another");
  }

  /** What a class of the sampler's cannot say. */
  private static String whyNot(Recipe known, List<SchedulerClass> rows) {
    boolean clips = rows.stream().anyMatch(row -> clips(row, known));
    return clips ? " with such settings or process" : " with such clipping";
  }

  private static boolean clips(SchedulerClass row, Recipe known) {
    String kind = Part.of(Clippings.CATALOG, known.clipping()).kind();
    return row.clips().names().contains(kind)
        || !Clips.UNLESS_TOLD.names().contains(kind); // which is refused of all
  }

  private static String kindOf(Recipe recipe) {
    return Samplers.CATALOG.of(recipe.sampler()).name();
  }

  /** The one of two samplers that {@code auto} is. */
  private SamplerSettings plain(SamplerSettings sampler) {
    if (!(sampler instanceof Samplers.Auto auto)) {
      return sampler;
    }
    return auto.steps() == numbered().q().steps()
        ? new Samplers.Ddpm(auto.steps(), new Spacings.Uniform())
        : new Samplers.Ddim(
            auto.steps(), auto.eta(), new Spacings.Uniform(), NoiseEstimate.FROM_X0);
  }

  /** As many steps of what diffusers has. */
  private Recipe similar(Recipe known, boolean learned) {
    int count = known.sampler().create(process).levels().count();
    if (frame.isPresent()) {
      return frame.get().similarTo(known, count);
    }
    int steps = Math.min(count, numbered().q().steps());
    SpacingSettings spacing = new Spacings.Leading(0);
    return known.with(
        learned
            ? new Samplers.Ddpm(steps, spacing)
            : new Samplers.Ddim(steps, 0, spacing, NoiseEstimate.FROM_X0));
  }

  private boolean isSaid(SchedulerClass candidate, Recipe known) {
    Part settings = Part.of(Processes.CATALOG, known.process());
    boolean zero = settings.take("zeroTerminalSnr").asBoolean();
    boolean clipped = clips(candidate, known);
    if (frame.isEmpty() && (!clipped || zero && candidate.zeroSnr() == ZeroSnr.NONE)) {
      return false;
    }
    try {
      ObjectNode file = JsonNodeFactory.instance.objectNode();
      if (frame.isPresent()) {
        frame.get().write(settings, file);
      } else {
        file.put("prediction_type", prediction(settings));
      }
      candidate.write(Part.of(Samplers.CATALOG, known.sampler()), file);
      return true;
    } catch (SettingException other) {
      return false;
    }
  }

  private static String prediction(Part process) {
    return named(SchedulerFile.PREDICTIONS, "predict", process);
  }

  /** Class of the scheduler. */
  String className() {
    return row.name();
  }

  /** Class of the pipeline around it; that of DDPM holds any scheduler. */
  String pipelineName() {
    return row.kind().equals(SchedulerFile.DDIM) ? "DDIMPipeline" : "DDPMPipeline";
  }

  /**
   * The options of the scheduler, all of them.
   *
   * @throws SettingException if the process has no equivalent
   */
  ObjectNode file() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("_class_name", className()).put("_diffusers_version", SchedulerFile.VERSION);
    writeProcess(file);
    writeClipping(file);
    file.setAll(times.options());
    row.write(Part.of(Samplers.CATALOG, recipe.sampler()), file);
    return file;
  }

  /** How many times are visited. */
  int steps() {
    return times.count();
  }

  /** What a caller in Python must say, since no file does. */
  String call() {
    Part sampler = Part.of(Samplers.CATALOG, recipe.sampler());
    if (row.kind().equals(SchedulerFile.DDPM)) {
      return Text.of("pipeline(num_inference_steps=%d)", times.count());
    }
    if (row.kind().equals(SchedulerFile.DDIM)) {
      return String.format(
          Locale.ROOT,
          "pipeline(num_inference_steps=%d, eta=%s%s)",
          times.count(),
          sampler.take("eta").asDouble(),
          sampler.take("estimate").asText().equals("as-predicted")
              ? ""
              : ", use_clipped_model_output=True");
    }
    String more = row.called().entrySet().stream()
        .filter(each -> !sampler.isUsual(each.getValue()))
        .map(each -> ", " + each.getKey() + "=" + sampler.take(each.getValue()).asText())
        .sorted()
        .collect(Collectors.joining());
    boolean scales = !frame.equals(Optional.of(SchedulerFrame.LINES));
    return Text.of(
        "scheduler.set_timesteps(%s); x = %s; then for each t of scheduler.timesteps: x ="
            + " scheduler.step(unet(%s, t).sample, t, x%s).prev_sample",
        asked(), start(), scales ? "scheduler.scale_model_input(x, t)" : "x", more);
  }

  /** How many times a scheduler is to visit, or which. */
  private String asked() {
    boolean listed = row.kind().equals("flow-euler") && !times.exact();
    return listed ? "sigmas=" + sigmas() : Text.of("%d", times.count());
  }

  /** Times of straight lines, from noise to data, before the shift of the file. */
  private String sigmas() {
    double shift = times.options().path("shift").asDouble();
    Way way = recipe.sampler().create(process).levels();
    return IntStream.rangeClosed(1, way.count())
        .mapToDouble(i -> way.at(way.count() - i).noise())
        .mapToObj(t -> Text.of("%s", t / (shift - (shift - 1) * t)))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Where a way starts. */
  private String start() {
    if (frame.equals(Optional.of(SchedulerFrame.LINES))) {
      double prior = recipe.sampler().create(process).levels().prior();
      return prior == 1 ? "noise" : Text.of("%s * noise", prior);
    }
    return frame.equals(Optional.of(SchedulerFrame.SIGMAS))
        ? "scheduler.config.sigma_max * noise"
        : "scheduler.init_noise_sigma * noise";
  }

  /** In which way samples of diffusers will differ. */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    instead.ifPresent(other -> differences.add(
        Text.of("diffusers has no sampler %s; its folder says %s", other, className())));
    if (!times.exact() && !row.kind().equals("flow-euler")) { // which can be told them
      differences.add(
          frame.isPresent()
              ? "diffusers visits other times, those of its process"
              : "diffusers visits other times, those of its spacing "
                  + times.options().path("timestep_spacing").asText());
    }
    if (frame.isEmpty() && times.exact() && !leadsAlike()) {
      differences.add(Text.of(
          "diffusers steps %d times back always, not to the next time that is visited",
          numbered().q().steps() / times.count()));
    }
    if (frame.isPresent() && !clips(row, recipe)) {
      differences.add(Text.of("%s does not clip data", className()));
    }
    if (isEstimatedOfNothing()) {
      differences.add("diffusers takes 0 for the data in its first step, not what is estimated");
    }
    if (row.kind().equals(SchedulerFile.DDPM) && !addsNoiseAlike()) {
      differences.add("diffusers adds noise in the last step, too, as it is not at time 0");
    }
    return differences;
  }

  /** Whether steps lead where those of DDIM and PNDM lead in diffusers, which is equally far. */
  private boolean leadsAlike() {
    boolean leadsOn = recipe.sampler() instanceof Samplers.Ddim
        || recipe.sampler() instanceof MultistepSamplers.Pndm pndm
            && pndm.start() == PndmStep.Start.SECOND_LOOK;
    if (!leadsOn) {
      return true;
    }
    ObjectNode equal = JsonNodeFactory.instance.objectNode();
    equal.putObject("sampler").put("stride", "equal");
    Way theirs = Recipe.ENGINE.read(equal, recipe).sampler().create(process).levels();
    Way ours = recipe.sampler().create(process).levels();
    return IntStream.range(0, ours.count())
        .allMatch(k -> ours.at(k).before().signal() == theirs.at(k).before().signal());
  }

  /** Whether the first step of iPNDM makes use of an estimate that diffusers leaves out. */
  private boolean isEstimatedOfNothing() {
    return recipe.sampler() instanceof MultistepSamplers.Ipndm ipndm && !ipndm.fromNothing();
  }

  private boolean addsNoiseAlike() {
    boolean atZero = recipe.sampler().create(process).levels().at(0).time() == 0;
    return atZero
        || Part.of(Samplers.CATALOG, recipe.sampler())
            .take("lastNoise")
            .asText()
            .equals("before-time-zero");
  }

  private void writeProcess(ObjectNode file) {
    Part process = Part.of(Processes.CATALOG, recipe.process());
    if (frame.isPresent()) {
      frame.get().write(process, file);
      return;
    }
    int timesteps = process.take("timesteps").intValue();
    SettingException.unless(
        !process.take("rescaleTimes").booleanValue() || timesteps == USUAL_TIMESTEPS,
        "{rescaleTimes}: expected off with {timesteps} %d, as networks of diffusers are told times as"
            + " they are, got on",
        timesteps);
    file.put("num_train_timesteps", timesteps);
    file.put("prediction_type", prediction(process));
    String variance = process.take("variance").asText().equals("fixed-large")
        ? "fixed_large" // which differs at time 0 only, where no noise is added
        : named(SchedulerFile.VARIANCES, "variance", process);
    if (row.kind().equals(SchedulerFile.DDPM)) {
      file.put("variance_type", variance);
    }
    boolean zero = process.take("zeroTerminalSnr").booleanValue();
    boolean listed = writeSchedule(process.take("schedule"), timesteps, file);
    if (row.zeroSnr() != ZeroSnr.NONE) {
      file.put("rescale_betas_zero_snr", !listed && zero);
    }
    process.refuseOthers("diffusers");
  }

  /** Writes the schedule by name, or else all variances; returns whether it did the latter. */
  private boolean writeSchedule(JsonNode schedule, int timesteps, ObjectNode file) {
    boolean scaled = schedule.path("scaled").asBoolean();
    double scale = scaled ? (double) USUAL_TIMESTEPS / timesteps : 1;
    String kind = schedule.path("kind").asText();
    String name =
        switch (kind) {
          case "linear" -> "linear";
          case "quadratic" -> "scaled_linear";
          case "sigmoid-betas" -> "sigmoid";
          case "laplace" -> "laplace";
          case "cosine" ->
            schedule.path("offset").asDouble() == USUAL_OFFSET ? "squaredcos_cap_v2" : "";
          default -> "";
        };
    if (schedule.has("betaStart") && !name.isEmpty()) {
      file.put("beta_start", scale * schedule.path("betaStart").asDouble());
      file.put("beta_end", scale * schedule.path("betaEnd").asDouble());
    }
    if (!name.isEmpty()) {
      file.put("beta_schedule", name).putNull("trained_betas");
      return false;
    }
    NoiseSchedule all = numbered().q().schedule();
    ArrayNode betas = file.putArray("trained_betas");
    for (int t = 0; t < all.steps(); t++) {
      betas.add(all.beta(t));
    }
    return true;
  }

  private void writeClipping(ObjectNode file) {
    Part clipping = Part.of(Clippings.CATALOG, recipe.clipping());
    List<String> can = row.clips().names();
    if (frame.isPresent() && !can.contains(clipping.kind())) {
      return; // there is no other class that could
    }
    SettingException.unless(
        can.contains(clipping.kind()),
        "{clipping}: expected %s for diffusers, got %s",
        String.join(" or ", can),
        clipping.kind());
    if (can.contains("range")) {
      file.put(row.clips().option(), clipping.kind().equals("range"));
    }
    if (clipping.kind().equals("range") && row.clips() != Clips.DENOISED_UNLESS_TOLD) {
      file.set("clip_sample_range", clipping.take("limit"));
    }
    if (clipping.kind().equals("dynamic")) {
      file.put("thresholding", true);
      file.set("dynamic_thresholding_ratio", clipping.take("quantile"));
      file.set("sample_max_value", clipping.take("largest"));
    }
    clipping.refuseOthers("diffusers");
  }

  private static String named(Map<String, String> names, String setting, Part process) {
    String value = process.take(setting).asText();
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow(() -> new SettingException(Text.of(
            "{%s}: expected one of %s, as diffusers has no other, got %s",
            setting, String.join(", ", new TreeSet<>(names.values())), value)));
  }
}
