package brume.diffusion.exchange;

import brume.diffusion.network.DiTSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.network.Task;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.nn.layer.Activation;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/** The {@code config.json} of a {@code DiTTransformer2DModel}, the network {@code dit}. */
final class DiTFile {

  static final String KIND = "dit", CLASS = "DiTTransformer2DModel";
  private static final int MOST_CLASSES = 1 << 16, MOST_PIXELS = 4096;
  private static final double NORM_EPS = 1e-5; // the only one that the network has
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private DiTFile() {}

  /** Reads a tree. */
  static NetworkFile of(Options options) throws IOException {
    options.choice("_class_name", CLASS, Map.of(CLASS, true));
    options.choice("norm_type", "ada_norm_zero", Map.of("ada_norm_zero", true));
    if (!options.flag("attention_bias", true)) {
      throw options.wrong("attention_bias", "true");
    }
    if (options.number("norm_eps", NORM_EPS) != NORM_EPS) {
      throw options.wrong("norm_eps", Text.of("%s", NORM_EPS));
    }
    options.ignore("norm_num_groups", "upcast_attention"); // which it does not look at
    int size = between(options, "sample_size", 32, MOST_PIXELS);
    int channels = between(options, "in_channels", 4, MOST_PIXELS);
    NetworkFile file = new NetworkFile(
        PipelineFolder.TRANSFORMER,
        settings(options),
        channels,
        options.has("out_channels") ? options.integer("out_channels", channels) : channels,
        size,
        size,
        between(options, "num_embeds_ada_norm", 1000, MOST_CLASSES));
    options.refuseOthers();
    return file;
  }

  private static int between(Options options, String name, int byDefault, int most)
      throws IOException {
    int number = options.integer(name, byDefault);
    if (number < 1 || number > most) {
      throw options.wrong(name, "1 to " + most);
    }
    return number;
  }

  private static ObjectNode settings(Options options) throws IOException {
    ObjectNode network = NODES.objectNode().put("kind", KIND);
    network.put("patchSize", options.integer("patch_size", 2));
    network.put("layers", options.integer("num_layers", 28));
    network.put("heads", options.integer("num_attention_heads", 16));
    network.put("headDim", options.integer("attention_head_dim", 72));
    Activation activation =
        options.choice("activation_fn", "gelu-approximate", ActivationNames.FEED_FORWARD.names());
    network.put("activation", activation.toString());
    network.put("dropout", options.number("dropout", 0));
    return network;
  }

  /**
   * The network of a recipe.
   *
   * @param recipe of the network {@code dit}
   * @return the file's options, all of them
   * @throws IllegalArgumentException if a setting has no equivalent there
   */
  static ObjectNode write(Recipe recipe) {
    Part network = Part.of(Networks.CATALOG, recipe.network());
    Task task = recipe.task();
    SettingException.unless(
        task.classes() > 0,
        "{condition}: expected labels, as %s of diffusers is told classes, got none; export it with --layout"
            + " brume",
        CLASS);
    SettingException.unless(
        task.height() == task.width(),
        "{data}: expected pictures as high as wide, as %s of diffusers has one size, got %dx%d",
        CLASS,
        task.height(),
        task.width());
    network.take("activation");
    ObjectNode file = NODES.objectNode();
    file.put("_class_name", CLASS).put("_diffusers_version", SchedulerFile.VERSION);
    file.put(
        "activation_fn",
        ActivationNames.FEED_FORWARD.of(((DiTSettings) recipe.network()).activation()));
    file.put("attention_bias", true);
    file.set("attention_head_dim", network.take("headDim"));
    file.set("dropout", network.take("dropout"));
    file.put("in_channels", task.channels());
    file.put("norm_elementwise_affine", false).put("norm_eps", NORM_EPS);
    file.put("norm_type", "ada_norm_zero");
    file.set("num_attention_heads", network.take("heads"));
    file.put("num_embeds_ada_norm", task.classes());
    file.set("num_layers", network.take("layers"));
    file.put("out_channels", task.outChannels());
    file.set("patch_size", network.take("patchSize"));
    file.put("sample_size", task.height());
    network.refuseOthers(CLASS);
    return file;
  }
}
