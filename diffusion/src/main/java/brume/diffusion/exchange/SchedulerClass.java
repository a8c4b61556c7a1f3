package brume.diffusion.exchange;

import static brume.diffusion.exchange.SchedulerOption.always;
import static brume.diffusion.exchange.SchedulerOption.asCalled;
import static brume.diffusion.exchange.SchedulerOption.choice;
import static brume.diffusion.exchange.SchedulerOption.either;
import static brume.diffusion.exchange.SchedulerOption.ending;
import static brume.diffusion.exchange.SchedulerOption.fixed;
import static brume.diffusion.exchange.SchedulerOption.flag;
import static brume.diffusion.exchange.SchedulerOption.lastGroup;
import static brume.diffusion.exchange.SchedulerOption.like;
import static brume.diffusion.exchange.SchedulerOption.number;
import static brume.diffusion.exchange.SchedulerOption.only;
import static brume.diffusion.exchange.SchedulerOption.order;
import static brume.diffusion.exchange.SchedulerOption.plainEnding;
import static brume.diffusion.exchange.SchedulerOption.stride;
import static brume.diffusion.exchange.SchedulerOption.thirdOrder;
import static brume.diffusion.exchange.SchedulerOption.unbounded;
import static brume.diffusion.exchange.SchedulerOption.uncorrected;
import static brume.diffusion.exchange.SchedulerOption.unlessFirst;
import static brume.diffusion.exchange.SchedulerOption.velocities;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A scheduler of diffusers and the sampler that it is: a row of the table by which files are read and
 * written. A class that is several samplers has several rows.
 *
 * @param name of the class
 * @param kind of the sampler
 * @param betas what the class takes where a file does not say
 * @param frame its process, if the times of that have no numbers; {@code betas}, {@code times} and {@code
 *     zeroSnr} say nothing then
 * @param times what it visits
 * @param clips how it can clip
 * @param zeroSnr what it makes of a process that ends without signal
 * @param when values of options that make it this sampler
 * @param options all others
 * @param called settings that its step is told by the caller: names there and here
 */
record SchedulerClass(
    String name,
    String kind,
    Optional<SchedulerFrame> frame,
    Betas betas,
    SchedulerTimes times,
    Clips clips,
    ZeroSnr zeroSnr,
    Map<String, String> when,
    List<SchedulerOption> options,
    Map<String, String> called) {

  /** The process of a class where its file does not say. */
  enum Betas {
    /** Of Ho et al. */
    USUAL("linear", 1e-4, 0.02),
    /** Of Nichol and Dhariwal. */
    COSINE("squaredcos_cap_v2", 1e-4, 0.02),
    /** Of latent diffusion. */
    LATENT("linear", 0.00085, 0.012),
    /** Of latent diffusion, with its schedule. */
    LATENT_SCALED("scaled_linear", 0.00085, 0.012);

    final String schedule;
    final double first;
    final double last;

    Betas(String schedule, double first, double last) {
      this.schedule = schedule;
      this.first = first;
      this.last = last;
    }
  }

  /** The ways to clip that a class has. */
  enum Clips {
    /** Both, and clips where its file does not say. */
    UNLESS_TOLD("range", "dynamic", "none"),
    /** Both. */
    IF_TOLD("range", "dynamic", "none"),
    /** To a range. */
    RANGE("range", "none"),
    /** To a range, and clips where its file does not say. */
    RANGE_UNLESS_TOLD("range", "none"),
    /** To the range of pictures, by another name, and clips where its file does not say. */
    DENOISED_UNLESS_TOLD("range", "none"),
    /** By thresholds. */
    THRESHOLDS("dynamic", "none"),
    /** None. */
    NONE("none");

    private final List<String> names;

    Clips(String... names) {
      this.names = List.of(names);
    }

    /** The clippings of a recipe that it has. */
    List<String> names() {
      return names;
    }

    /** Whether it clips where a file does not say. */
    boolean isUsual() {
      return this == UNLESS_TOLD || this == RANGE_UNLESS_TOLD || this == DENOISED_UNLESS_TOLD;
    }

    /** The option that says whether it clips to a range. */
    String option() {
      return this == DENOISED_UNLESS_TOLD ? "clip_denoised" : "clip_sample";
    }
  }

  /** What a class makes of betas that shall end without signal. */
  enum ZeroSnr {
    /** It cannot do it. */
    NONE,
    /** What is asked for. */
    EXACT,
    /** Nearly that: ᾱ of the last time is 2⁻²⁴. */
    ALMOST
  }

  /** In which other names files of diffusers have the same. */
  private static final Map<String, String> ALIASES =
      Map.of("DDPMParallelScheduler", "DDPMScheduler", "DDIMParallelScheduler", "DDIMScheduler");

  /** What files keep of other classes' options, and which changes nothing. */
  static final List<String> LEFT_OVER = List.of(
      "algorithm_type",
      "clip_sample",
      "clip_sample_range",
      "disable_corrector",
      "dynamic_thresholding_ratio",
      "euler_at_final",
      "final_sigmas_type",
      "flow_shift",
      "interpolation_type",
      "lower_order_final",
      "original_inference_steps",
      "predict_x0",
      "sample_max_value",
      "set_alpha_to_one",
      "sigma_max",
      "sigma_min",
      "skip_prk_steps",
      "solver_order",
      "solver_type",
      "steps_offset",
      "time_shift_type",
      "timestep_scaling",
      "timestep_spacing",
      "timestep_type");

  /** Values of the options by which rows differ, where a file does not say. */
  private static final Map<String, String> USUAL =
      Map.of("algorithm_type", "dpmsolver++", "solver_order", "2");

  private static final SchedulerOption END =
      choice("final_sigmas_type", "end", "zero", "data", "sigma_min", "first-time");
  private static final SchedulerOption END_OF_NOISE = // which diffusers does not lead to data
      choice("final_sigmas_type", "end", "sigma_min", "first-time");
  private static final SchedulerOption TO_DATA = // where sigma_min stands still
      only("final_sigmas_type", "zero");
  private static final SchedulerOption NO_SAMPLE =
      only("prediction_type", "epsilon", "v_prediction");
  private static final SchedulerOption CORRECTION = unlessFirst(
      "correction",
      "midpoint",
      choice(
          "solver_type",
          "correction",
          "midpoint",
          "midpoint",
          "heun",
          "heun",
          "logrho",
          "midpoint",
          "bh1",
          "midpoint",
          "bh2",
          "midpoint"));

  private static final List<SchedulerClass> ALL = List.of(
      row("DDPMScheduler", "ddpm", SchedulerTimes.CLOSED)
          .clipping(Clips.UNLESS_TOLD)
          .terminal(ZeroSnr.EXACT)
          .with(asCalled("lastNoise", "before-time-zero")),
      row("UnCLIPScheduler", "ddpm", SchedulerTimes.SPREAD)
          .from(Betas.COSINE)
          .clipping(Clips.RANGE_UNLESS_TOLD)
          .with(
              asCalled("lastNoise", "before-time-zero"),
              only("prediction_type", "epsilon", "sample")),
      row("DDIMScheduler", "ddim", SchedulerTimes.CLOSED)
          .clipping(Clips.UNLESS_TOLD)
          .terminal(ZeroSnr.EXACT)
          .with(
              asCalled("eta", 0),
              asCalled("estimate", "as-predicted"),
              asCalled("stride", "equal"),
              either("set_alpha_to_one", true, "end", "data", "first-time")),
      row("DDIMInverseScheduler", "ddim-inverse", SchedulerTimes.CLOSED)
          .clipping(Clips.RANGE_UNLESS_TOLD)
          .terminal(ZeroSnr.EXACT)
          .with(
              only("timestep_spacing", "leading", "trailing"),
              asCalled("stride", "equal"),
              either("set_alpha_to_one", true, "end", "data", "first-time")),
      row("PNDMScheduler", "pndm", SchedulerTimes.CLOSED)
          .with(
              either("skip_prk_steps", false, "start", "second-look", "runge-kutta"),
              stride(),
              either("set_alpha_to_one", false, "end", "data", "first-time"),
              velocities()),
      row("EulerDiscreteScheduler", "euler", SchedulerTimes.BETWEEN)
          .terminal(ZeroSnr.ALMOST)
          .with(only("interpolation_type", "linear"), only("timestep_type", "discrete"), END)
          .called(Map.of(
              "s_churn", "churn",
              "s_tmin", "churnFrom",
              "s_tmax", "churnTo",
              "s_noise", "churnStrength")),
      row("EulerAncestralDiscreteScheduler", "euler-ancestral", SchedulerTimes.BETWEEN)
          .terminal(ZeroSnr.ALMOST)
          .with(NO_SAMPLE, always("eta", 1)),
      row("HeunDiscreteScheduler", "heun", SchedulerTimes.BETWEEN)
          .from(Betas.LATENT)
          .clipping(Clips.RANGE)
          .with(NO_SAMPLE),
      row("LMSDiscreteScheduler", "lms", SchedulerTimes.BETWEEN).with(always("order", 4)),
      row("KDPM2DiscreteScheduler", "kdpm2", SchedulerTimes.BETWEEN_WHOLE)
          .from(Betas.LATENT)
          .with(NO_SAMPLE, always("eta", 0)),
      row("KDPM2AncestralDiscreteScheduler", "kdpm2", SchedulerTimes.BETWEEN_WHOLE)
          .from(Betas.LATENT)
          .with(NO_SAMPLE, always("eta", 1)),
      multistep("dpmpp-2m", "dpmsolver++").onlyIf("solver_order", "2").with(END),
      multistep("dpmpp-3m", "dpmsolver++")
          .onlyIf("solver_order", "3")
          .with(END, always("thirdOrder", "published")),
      multistep("dpmpp-sde", "sde-dpmsolver++").with(END, order(2, 2)),
      multistep("dpmsolver", "dpmsolver").with(END_OF_NOISE, order(2, 3), thirdOrder()),
      row("DPMSolverSinglestepScheduler", "dpmpp-single", SchedulerTimes.OPEN_EVEN)
          .clipping(Clips.THRESHOLDS)
          .with(
              choice("algorithm_type", "polynomial", "dpmsolver++", "data", "dpmsolver", "noise"),
              order(2, 3),
              CORRECTION,
              unlessFirst("lowerAtEnd", true, lastGroup()),
              END,
              unbounded("lambda_min_clipped")),
      row("DEISMultistepScheduler", "deis", SchedulerTimes.OPEN)
          .clipping(Clips.THRESHOLDS)
          .with(
              only("algorithm_type", "deis", "dpmsolver", "dpmsolver++"),
              only("solver_type", "logrho", "midpoint", "heun", "bh1", "bh2"),
              order(2, 3),
              unlessFirst("ending", "lower", plainEnding()),
              always("end", "first-time")),
      row("UniPCMultistepScheduler", "unipc", SchedulerTimes.OPEN)
          .clipping(Clips.THRESHOLDS)
          .terminal(ZeroSnr.ALMOST)
          .with(
              order(2, 3),
              either("predict_x0", true, "polynomial", "data", "noise"),
              choice(
                  "solver_type",
                  "scale",
                  "bh2",
                  "bh2",
                  "bh1",
                  "bh1",
                  "midpoint",
                  "bh2",
                  "heun",
                  "bh2",
                  "logrho",
                  "bh2"),
              unlessFirst("lowerAtEnd", true, flag("lower_order_final", true, "lowerAtEnd")),
              uncorrected(),
              END),
      row("LCMScheduler", "lcm", SchedulerTimes.DISTILLED)
          .from(Betas.LATENT_SCALED)
          .clipping(Clips.IF_TOLD)
          .terminal(ZeroSnr.EXACT)
          .with(number("timestep_scaling", 10, "timeScale"), always("sigmaData", 0.5)),
      row("TCDScheduler", "tcd", SchedulerTimes.DISTILLED)
          .from(Betas.LATENT_SCALED)
          .terminal(ZeroSnr.EXACT)
          .called(Map.of("eta", "eta")),
      row("EDMEulerScheduler", "euler", SchedulerFrame.SIGMAS).with(TO_DATA, always("end", "data")),
      edmMultistep("dpmpp-2m", "dpmsolver++").onlyIf("solver_order", "2"),
      edmMultistep("dpmpp-3m", "dpmsolver++")
          .onlyIf("solver_order", "3")
          .with(always("thirdOrder", "published")),
      edmMultistep("dpmpp-sde", "sde-dpmsolver++").with(order(2, 2)),
      row("CMStochasticIterativeScheduler", "cm", SchedulerFrame.JUMPS)
          .clipping(Clips.DENOISED_UNLESS_TOLD)
          .with(fixed("s_noise", 1), like("sigma_min", 0.002, "least")),
      row("FlowMatchEulerDiscreteScheduler", "flow-euler", SchedulerFrame.LINES)
          .with(flag("stochastic_sampling", false, "stochastic")),
      row("FlowMatchHeunDiscreteScheduler", "flow-heun", SchedulerFrame.LINES)
          .with(always("secondLook", "end")),
      row("IPNDMScheduler", "ipndm", SchedulerFrame.ANGLES).with(asCalled("fromNothing", true)));

  private static SchedulerClass row(String name, String kind, SchedulerTimes times) {
    return new SchedulerClass(
        name,
        kind,
        Optional.empty(),
        Betas.USUAL,
        times,
        Clips.NONE,
        ZeroSnr.NONE,
        Map.of(),
        List.of(),
        Map.of());
  }

  private static SchedulerClass row(String name, String kind, SchedulerFrame frame) {
    SchedulerClass plain = row(name, kind, SchedulerTimes.CLOSED);
    return new SchedulerClass(
        name,
        kind,
        Optional.of(frame),
        plain.betas,
        plain.times,
        plain.clips,
        plain.zeroSnr,
        plain.when,
        plain.options,
        plain.called);
  }

  private static SchedulerClass edmMultistep(String kind, String algorithm) {
    return row("EDMDPMSolverMultistepScheduler", kind, SchedulerFrame.SIGMAS)
        .clipping(Clips.THRESHOLDS)
        .onlyIf("algorithm_type", algorithm)
        .with(TO_DATA, always("end", "data"), CORRECTION, unlessFirst("ending", "lower", ending()));
  }

  private static SchedulerClass multistep(String kind, String algorithm) {
    return row("DPMSolverMultistepScheduler", kind, SchedulerTimes.OPEN)
        .clipping(Clips.THRESHOLDS)
        .terminal(ZeroSnr.ALMOST)
        .onlyIf("algorithm_type", algorithm)
        .with(
            unlessFirst("ending", "lower", ending()), CORRECTION, unbounded("lambda_min_clipped"));
  }

  private SchedulerClass from(Betas own) {
    return new SchedulerClass(name, kind, frame, own, times, clips, zeroSnr, when, options, called);
  }

  private SchedulerClass clipping(Clips own) {
    return new SchedulerClass(name, kind, frame, betas, times, own, zeroSnr, when, options, called);
  }

  private SchedulerClass terminal(ZeroSnr own) {
    return new SchedulerClass(name, kind, frame, betas, times, clips, own, when, options, called);
  }

  private SchedulerClass onlyIf(String option, String value) {
    Map<String, String> more = new TreeMap<>(when);
    more.put(option, value);
    return new SchedulerClass(
        name, kind, frame, betas, times, clips, zeroSnr, more, options, called);
  }

  private SchedulerClass with(SchedulerOption... own) {
    List<SchedulerOption> more = new ArrayList<>(options);
    more.addAll(List.of(own));
    return new SchedulerClass(name, kind, frame, betas, times, clips, zeroSnr, when, more, called);
  }

  private SchedulerClass called(Map<String, String> own) {
    return new SchedulerClass(name, kind, frame, betas, times, clips, zeroSnr, when, options, own);
  }

  /** The classes that files may name, in order. */
  static List<String> names() {
    TreeSet<String> names = new TreeSet<>(ALIASES.keySet());
    ALL.forEach(row -> names.add(row.name()));
    return List.copyOf(names);
  }

  /** The rows for a sampler, of all processes. */
  static List<SchedulerClass> ofKind(String kind) {
    return ALL.stream().filter(row -> row.kind().equals(kind)).toList();
  }

  /** The rows for a sampler of a process: one of a frame, or one with numbered times. */
  static List<SchedulerClass> ofKind(String kind, Optional<SchedulerFrame> frame) {
    return ofKind(kind).stream().filter(row -> row.frame().equals(frame)).toList();
  }

  /** Whether the times of a class have numbers. */
  static boolean isNumbered(String name) {
    return ALL.stream().noneMatch(row -> row.name().equals(name) && row.frame().isPresent());
  }

  /**
   * The row for a file.
   *
   * @param name of the class
   * @param file its options
   * @throws IOException if the class, or what it is by its options, is not known
   */
  static SchedulerClass of(String name, Options file) throws IOException {
    String known = ALIASES.getOrDefault(name, name);
    List<SchedulerClass> rows =
        ALL.stream().filter(row -> row.name().equals(known)).toList();
    if (rows.isEmpty()) {
      throw new IOException(Text.of(
          "%s: expected one of %s, got %s", file.source(), String.join(", ", names()), name));
    }
    for (SchedulerClass row : rows) {
      if (row.when().entrySet().stream()
          .allMatch(one -> said(one.getKey(), file).equals(one.getValue()))) {
        return row;
      }
    }
    String expected =
        rows.stream().map(row -> String.valueOf(row.when())).collect(Collectors.joining(" or "));
    Map<String, String> got = new TreeMap<>();
    rows.forEach(row -> row.when().keySet().forEach(option -> got.put(option, said(option, file))));
    throw new IOException(
        Text.of("%s: expected a %s with %s, got %s", file.source(), name, expected, got));
  }

  private static String said(String option, Options file) {
    return file.has(option) ? file.tree().path(option).asText() : USUAL.getOrDefault(option, "");
  }

  /** Puts the settings of the sampler. */
  void read(Options file, ObjectNode sampler) throws IOException {
    for (SchedulerOption option : options) {
      option.read(file, sampler);
    }
  }

  /**
   * Puts the options of the class, beside those of the process.
   *
   * @throws SettingException if the sampler does what the class does not
   */
  void write(Part sampler, ObjectNode file) {
    when.forEach((option, value) -> {
      if (value.matches("\\d+")) {
        file.put(option, Integer.parseInt(value));
      } else {
        file.put(option, value);
      }
    });
    options.forEach(option -> option.write(sampler, file));
    called.values().forEach(sampler::take);
    sampler.take("steps");
    sampler.take("spacing");
    sampler.refuseOthers(name);
  }
}
