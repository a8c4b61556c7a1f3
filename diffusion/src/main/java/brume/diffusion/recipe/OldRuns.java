package brume.diffusion.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Configurations of version 0.1.0, flat sections, as recipes. */
final class OldRuns {

  private OldRuns() {}

  /** Whether a tree is such a configuration. */
  static boolean isOld(JsonNode tree) {
    return tree.has("pictures");
  }

  /** The same run as a recipe. */
  static ObjectNode migrated(JsonNode old) {
    JsonNode pictures = old.path("pictures"), network = old.path("network");
    ObjectNode recipe = object();
    recipe.set("brume", old.path("brume"));
    recipe.set("seed", old.path("seed"));
    recipe.set("data", data(pictures));
    recipe.set("patch", network.path("patch"));
    recipe.set("network", network(network));
    recipe.set("process", process(old.path("process")));
    recipe.set("objective", objective(old.path("process")));
    learning(old.path("training"), recipe);
    sampling(old, recipe);
    return recipe;
  }

  private static ObjectNode data(JsonNode pictures) {
    String data = pictures.path("data").asText();
    if (data.equals("fashion-mnist")) {
      return copy(kind(data), pictures, "flip");
    }
    if (data.startsWith("toy:")) {
      return kind("toy").put("problem", data.substring("toy:".length()));
    }
    ObjectNode file = Files.isRegularFile(Path.of(data)) ? kind("idx") : kind("images");
    if (file.path("kind").asText().equals("idx")) {
      file.set("height", pictures.path("size"));
      file.set("width", pictures.path("size"));
    } else {
      copy(file, pictures, "size");
    }
    return copy(file.put("path", data), pictures, "channels", "flip");
  }

  private static ObjectNode network(JsonNode old) {
    if (name(old, "architecture").equals("mlp")) {
      return copy(kind("mlp"), old, "dim", "mults", "frequencies", "groups", "dropout");
    }
    ObjectNode unet =
        copy(kind("unet"), old, "blocks", "dim", "mults", "groups", "selfCondition", "dropout");
    unet.putArray("heads").add(old.path("heads"));
    unet.putArray("headDim").add(old.path("headDim"));
    return unet;
  }

  private static ObjectNode process(JsonNode old) {
    ObjectNode process = copy(kind("discrete"), old, "timesteps", "predict");
    process.set(
        "schedule",
        switch (name(old, "schedule")) {
          case "warmup10" -> kind("warmup").put("fraction", 0.1);
          case "warmup50" -> kind("warmup").put("fraction", 0.5);
          default -> kind(name(old, "schedule"));
        });
    return process;
  }

  private static ObjectNode objective(JsonNode process) {
    ObjectNode weighting = kind("epsilon");
    if (name(process, "predict").equals("mean")) {
      weighting = kind("uniform");
    } else if (process.path("minSnr").asDouble() > 0) {
      weighting = kind("min-snr");
      weighting.set("gamma", process.path("minSnr"));
    }
    ObjectNode objective = kind("denoising");
    objective.set("weighting", weighting);
    objective.set("noise", object().set("offset", process.path("offsetNoise")));
    objective.set("times", kind(name(process, "timestepSampling")));
    return objective;
  }

  private static void learning(JsonNode old, ObjectNode recipe) {
    recipe.set("optimizer", copy(kind("adamw"), old, "beta1", "beta2", "decay"));
    recipe.set(
        "rate",
        copy(kind(old.path("cosine").asBoolean() ? "cosine" : "constant"), old, "lr", "warmup"));
    ObjectNode average = kind("ddpm-torch");
    average.putArray("rates").add(old.path("emaDecay"));
    recipe.set("average", average);
    ObjectNode training = copy(object(), old, "steps", "batch", "accumulate", "checkpointEvery");
    training.set("clip", kind("norm").set("max", old.path("clip")));
    recipe.set("training", training);
  }

  private static void sampling(JsonNode old, ObjectNode recipe) {
    JsonNode sampling = old.path("sampling"), steps = sampling.path("sampleSteps");
    ObjectNode sampler = kind("ddpm");
    if (!steps.equals(old.path("process").path("timesteps"))) {
      sampler = copy(kind("ddim"), sampling, "eta");
    }
    recipe.set("sampler", sampler.set("steps", steps));
    ObjectNode samples = object();
    samples.set("count", sampling.path("samples"));
    samples.set("every", sampling.path("sampleEvery"));
    recipe.set("samples", samples);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode kind(String name) {
    return object().put("kind", name);
  }

  private static String name(JsonNode section, String setting) {
    return section.path(setting).asText().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Copies what is there: the first files of 0.1.0 lack some settings, which have their defaults. */
  private static ObjectNode copy(ObjectNode to, JsonNode from, String... settings) {
    for (String setting : settings) {
      if (from.has(setting)) {
        to.set(setting, from.get(setting));
      }
    }
    return to;
  }
}
