package brume.diffusion.exchange;

import brume.diffusion.process.ForwardProcess;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/** How families of schedulers of diffusers choose what they visit. */
enum SchedulerTimes {
  /** DDPM, DDIM and PNDM: times, with the first. */
  CLOSED("leading") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      return plain(options, "leading", "linspace");
    }
  },
  /** UnCLIP: times spread over all, with the first and the last. */
  SPREAD("linspace") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      return JsonNodeFactory.instance.objectNode().put("kind", "linspace");
    }
  },
  /** The family of Euler's method: times and places between them, with the first. */
  BETWEEN("linspace") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      return powers(options, q, false);
    }
  },
  /** The same, whose networks are told whole times at Karras's levels. */
  BETWEEN_WHOLE("linspace") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      return powers(options, q, true);
    }
  },
  /** The solvers that integrate in log(signal/noise): whole times without the first. */
  OPEN("linspace") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      ObjectNode plain = plain(options, "leading-open", "linspace-open");
      boolean karras = options.flag(KARRAS, false), lu = options.flag("use_lu_lambdas", false);
      if (options.flag(EXPONENTIAL, false)) { // cut to whole numbers there, not rounded
        throw options.wrong(EXPONENTIAL, "false for this scheduler");
      }
      if (!karras && !lu) {
        return plain;
      }
      if (karras && lu) {
        throw options.wrong("use_lu_lambdas", "false with use_karras_sigmas");
      }
      if (options.text("beta_schedule", "linear").equals("squaredcos_cap_v2")) {
        throw options.wrong(karras ? KARRAS : "use_lu_lambdas", "false with squaredcos_cap_v2");
      }
      return between(options, q, karras ? "karras" : "exponential", true);
    }
  },
  /** The same with equal steps and nothing else. */
  OPEN_EVEN("linspace") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      if (options.flag(EXPONENTIAL, false)) { // told in fractions there, and cut
        throw options.wrong(EXPONENTIAL, "false for this scheduler");
      }
      return options.flag(KARRAS, false)
          ? between(options, q, "karras", true)
          : JsonNodeFactory.instance.objectNode().put("kind", "linspace-open");
    }
  },
  /** Consistency models: some of the times at which they were distilled. */
  DISTILLED("leading") {
    @Override
    ObjectNode spacing(Options options, ForwardProcess q) throws IOException {
      return JsonNodeFactory.instance
          .objectNode()
          .put("kind", "distilled")
          .put("times", options.integer("original_inference_steps", 50));
    }
  };
  private static final String KARRAS = "use_karras_sigmas", EXPONENTIAL = "use_exponential_sigmas";
  private static final String SPACING = "timestep_spacing";
  private static final double LEAST = 1e-9, MOST = 1e9; // of σ: as far as the process goes

  private final String usual;

  SchedulerTimes(String usual) {
    this.usual = usual;
  }

  /**
   * What is visited.
   *
   * @param options of the file
   * @param q the process
   * @return settings of a spacing
   * @throws IOException if there is none that does the same for every number of steps
   */
  abstract ObjectNode spacing(Options options, ForwardProcess q) throws IOException;

  ObjectNode plain(Options options, String leading, String linspace) throws IOException {
    String kind = options.choice(
        SPACING, usual, Map.of("leading", leading, "trailing", "trailing", "linspace", linspace));
    int offset = options.integer("steps_offset", 0);
    ObjectNode spacing = JsonNodeFactory.instance.objectNode().put("kind", kind);
    return kind.equals(leading) ? spacing.put("offset", offset) : spacing;
  }

  ObjectNode powers(Options options, ForwardProcess q, boolean whole) throws IOException {
    ObjectNode plain = plain(options, "leading", "even");
    boolean karras = options.flag(KARRAS, false), exponential = options.flag(EXPONENTIAL, false);
    if (!karras && !exponential) {
      return plain;
    }
    if (karras && exponential) {
      throw options.wrong(EXPONENTIAL, "false with use_karras_sigmas");
    }
    if (!plain.path("kind").asText().equals("even")) { // whose range depends on the number of steps
      throw options.wrong(SPACING, "linspace with " + (karras ? KARRAS : EXPONENTIAL));
    }
    return between(options, q, karras ? "karras" : "exponential", whole && karras);
  }

  /** Levels between two, which are those of the process unless the file names them. */
  ObjectNode between(Options options, ForwardProcess q, String kind, boolean whole)
      throws IOException {
    int last = q.steps() - 1;
    double low = q.noise(0) / q.signal(0), high = q.noise(last) / q.signal(last);
    ObjectNode spacing = JsonNodeFactory.instance.objectNode().put("kind", kind);
    if (kind.equals("karras")) {
      spacing.put("rho", 7);
    }
    spacing.put("sigmaMin", sigma(options, "sigma_min", low, high, LEAST));
    spacing.put("sigmaMax", sigma(options, "sigma_max", low, high, MOST));
    return spacing.put("wholeTimes", whole);
  }

  private static double sigma(Options options, String name, double low, double high, double usual)
      throws IOException {
    if (!options.has(name)) {
      return usual;
    }
    double sigma = options.number(name, usual);
    if (!(sigma >= low && sigma <= high)) {
      throw options.wrong(name, "in the range of the process, " + low + " to " + high);
    }
    return sigma;
  }
}
