package brume.diffusion.exchange;

import brume.diffusion.process.Processes;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The processes without numbered times that schedulers of diffusers take for granted. */
enum SchedulerFrame {
  /** Noise on data that keep their size; the file names the levels that are visited. */
  SIGMAS("edm", "euler") {
    @Override
    ObjectNode process(Options options) throws IOException {
      options.ignore("num_train_timesteps"); // the length of a table that is replaced
      return sigmas(options).put("form", options.choice("prediction_type", "epsilon", FORMS));
    }

    @Override
    ObjectNode spacing(Options options) throws IOException {
      String kind = options.choice(
          LEVELS, "karras", Map.of("karras", "uniform", "exponential", "exponential"));
      ObjectNode spacing = NODES.objectNode().put("kind", kind);
      return kind.equals("uniform")
          ? spacing
          : spacing
              .put("sigmaMin", options.number("sigma_min", LEAST))
              .put("sigmaMax", options.number("sigma_max", MOST));
    }

    @Override
    boolean has(Part process) {
      return process.kind().equals(kind()) && FORMS.containsValue(form(process));
    }

    @Override
    void write(Part process, ObjectNode file) {
      writeSigmas(process, file);
      file.put("prediction_type", form(process).equals("plain") ? "epsilon" : "v_prediction");
    }

    @Override
    List<ObjectNode> candidates(Part process, Part spacing, Way wanted) {
      List<ObjectNode> candidates = new ArrayList<>();
      candidates.add(NODES.objectNode().put(LEVELS, "karras"));
      ObjectNode between = NODES
          .objectNode()
          .put("sigma_min", wanted.at(0).sigma())
          .put("sigma_max", wanted.at(wanted.count() - 1).sigma());
      candidates.add(between.deepCopy().put(LEVELS, "exponential"));
      ObjectNode karras = between.put(LEVELS, "karras");
      karras.set(
          "rho",
          (spacing.kind().equals("karras") ? spacing : process)
              .take(spacing.kind().equals("karras") ? "rho" : "edmRho"));
      candidates.add(karras);
      return candidates;
    }
  },
  /** The same with a network that jumps to data. */
  JUMPS("edm", "cm") {
    @Override
    ObjectNode process(Options options) throws IOException {
      return sigmas(options).put("form", "consistency");
    }

    @Override
    ObjectNode spacing(Options options) throws IOException {
      return NODES.objectNode().put("kind", "distilled").put("times", options.integer(TIMES, 40));
    }

    @Override
    boolean has(Part process) {
      return process.kind().equals(kind()) && form(process).equals("consistency");
    }

    @Override
    void write(Part process, ObjectNode file) {
      writeSigmas(process, file);
    }

    @Override
    List<ObjectNode> candidates(Part process, Part spacing, Way wanted) {
      int times = spacing.kind().equals("distilled") ? spacing.take("times").intValue() : 40;
      return List.of(NODES.objectNode().put(TIMES, times));
    }
  },
  /** Straight lines from data to noise, of 1000 times. */
  LINES("flow", "flow-euler") {
    @Override
    ObjectNode process(Options options) throws IOException {
      if (options.integer(TIMES, TOLD) != TOLD) {
        throw options.wrong(TIMES, "1000, as if of which networks are told times");
      }
      if (options.flag("use_dynamic_shifting", false)) {
        throw options.wrong(
            "use_dynamic_shifting",
            "false, as the shift is not in the file then; name it, which is exp(mu), as shift");
      }
      for (String unused : UNSHIFTED) {
        options.ignore(unused);
      }
      return NODES.objectNode().put("kind", kind()).put("shift", shift(options));
    }

    @Override
    ObjectNode spacing(Options options) throws IOException {
      double shift = shift(options), first = 1.0 / TOLD;
      return NODES
          .objectNode()
          .put("kind", "shifted")
          .put("shift", shift)
          .put("least", shift * first / (1 + (shift - 1) * first)); // of a table shifted already
    }

    private double shift(Options options) throws IOException {
      double shift = options.number("shift", 1);
      if (!(shift > 0)) {
        throw options.wrong("shift", "more than 0");
      }
      return shift;
    }

    @Override
    void write(Part process, ObjectNode file) {
      process.take("flowTimes"); // of training alone
      file.put(TIMES, TOLD).set("shift", process.take("shift"));
    }

    @Override
    List<ObjectNode> candidates(Part process, Part spacing, Way wanted) {
      Part said = spacing.kind().equals("shifted") ? spacing : process;
      ObjectNode candidate = NODES.objectNode();
      candidate.set("shift", said.take("shift"));
      return List.of(candidate);
    }
  },
  /** The process of dance-diffusion, whose network is told an angle. */
  ANGLES("continuous", "ipndm") {
    @Override
    ObjectNode process(Options options) throws IOException {
      options.ignore(TIMES);
      if (options.has("trained_betas")) {
        throw options.wrong("trained_betas", "null for this scheduler");
      }
      ObjectNode process = NODES.objectNode().put("kind", kind());
      process.putObject("logSnr").put("kind", "crash");
      return process.put("predict", "v").put("told", "angle");
    }

    @Override
    ObjectNode spacing(Options options) {
      return NODES.objectNode().put("kind", "uniform");
    }

    @Override
    boolean has(Part process) {
      return process.kind().equals(kind())
          && process.take("logSnr").path("kind").asText().equals("crash")
          && process.take("predict").asText().equals("v")
          && process.take("told").asText().equals("angle");
    }

    @Override
    void write(Part process, ObjectNode file) {
      file.put(TIMES, TOLD).putNull("trained_betas");
    }

    @Override
    List<ObjectNode> candidates(Part process, Part spacing, Way wanted) {
      return List.of(NODES.objectNode());
    }
  };

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<String, String> FORMS =
      Map.of("epsilon", "plain", "v_prediction", "negative");
  private static final List<String> UNSHIFTED = List.of(
      "base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len", "time_shift_type");
  private static final String TIMES = "num_train_timesteps", LEVELS = "sigma_schedule";
  private static final double LEAST = 0.002, MOST = 80; // of σ, as everybody has them
  private static final int TOLD = 1000;

  private final String kind;
  private final String similar;

  SchedulerFrame(String kind, String similar) {
    this.kind = kind;
    this.similar = similar;
  }

  /** Kind of the process. */
  String kind() {
    return kind;
  }

  /** The plainest sampler that diffusers has for it. */
  String similar() {
    return similar;
  }

  /**
   * The process of a file.
   *
   * @throws IOException if Brume does not have it
   */
  abstract ObjectNode process(Options options) throws IOException;

  /** What is visited. */
  abstract ObjectNode spacing(Options options) throws IOException;

  /** Whether it is the process of a recipe. */
  boolean has(Part process) {
    return process.kind().equals(kind);
  }

  /** Puts the options of the process. */
  abstract void write(Part process, ObjectNode file);

  /** Options of which some may lead along a way, and which hold in place of those of the process. */
  abstract List<ObjectNode> candidates(Part process, Part spacing, Way wanted);

  private static String form(Part process) {
    return process.take("form").asText();
  }

  ObjectNode sigmas(Options options) throws IOException {
    double low = options.number("sigma_min", LEAST), high = options.number("sigma_max", MOST);
    if (!(low > 0 && low < high)) {
      throw options.wrong("sigma_min", "above 0 and less than sigma_max, " + high);
    }
    double data = options.number("sigma_data", 0.5), rho = options.number("rho", 7);
    if (!(data > 0)) {
      throw options.wrong("sigma_data", "more than 0");
    }
    if (!(rho > 0)) {
      throw options.wrong("rho", "more than 0");
    }
    return NODES
        .objectNode()
        .put("kind", kind)
        .put("sigmaData", data)
        .put("edmSigmaMin", low)
        .put("edmSigmaMax", high)
        .put("edmRho", rho);
  }

  static void writeSigmas(Part process, ObjectNode file) {
    file.set("sigma_data", process.take("sigmaData"));
    file.set("sigma_min", process.take("edmSigmaMin"));
    file.set("sigma_max", process.take("edmSigmaMax"));
    file.set("rho", process.take("edmRho"));
    process.take("sigmaMean"); // of training alone
    process.take("sigmaDeviation");
  }

  /** The process and spacing of a file, as parts of a recipe. */
  ObjectNode parts(Options options) throws IOException {
    ObjectNode parts = NODES.objectNode();
    parts.set("process", process(options));
    parts.putObject("sampler").set("spacing", spacing(options));
    return parts;
  }

  /** As many steps of a sampler that diffusers has. */
  Recipe similarTo(Recipe recipe, int steps) {
    ObjectNode tree = NODES.objectNode();
    ObjectNode sampler = tree.putObject("sampler").put("kind", similar).put("steps", steps);
    sampler.putObject("spacing").put("kind", this == JUMPS ? "distilled" : "uniform");
    if (this == JUMPS) {
      sampler.set("least", Part.of(Processes.CATALOG, recipe.process()).take("edmSigmaMin"));
    }
    return Recipe.ENGINE.read(tree, recipe);
  }

  /** The frame of a process; what has none is refused. */
  static SchedulerFrame of(Part process) {
    for (SchedulerFrame frame : values()) {
      if (frame.has(process)) {
        return frame;
      }
    }
    throw new SettingException(
        "{process}: expected discrete, edm, flow, or continuous with {logSnr} crash,"
            + " {predict} v and {told} angle, for which diffusers has schedulers, got another");
  }
}
