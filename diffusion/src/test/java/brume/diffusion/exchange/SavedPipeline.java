package brume.diffusion.exchange;

import brume.diffusion.network.Task;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.nn.Network;
import brume.nn.io.Weights;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small pipeline such as diffusers saves it. */
public final class SavedPipeline {

  static final String INDEX =
      """
      {"_class_name": "DDPMPipeline", "_diffusers_version": "0.40.0",
       "unet": ["diffusers", "UNet2DModel"], "scheduler": ["diffusers", "DDPMScheduler"]}
      """;

  /** Settings of the network. */
  public static final String NETWORK =
      """
      {"_class_name": "UNet2DModel", "sample_size": [6, 4], "in_channels": 1, "out_channels": 1,
       "block_out_channels": [4, 8], "layers_per_block": 1, "norm_num_groups": 2,
       "attention_head_dim": null, "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
       "up_block_types": ["AttnUpBlock2D", "UpBlock2D"]}
      """;

  static final String SCHEDULER =
      """
      {"_class_name": "DDPMScheduler", "num_train_timesteps": 40, "trained_betas": null}
      """;

  private final Path folder;

  /** Saves it in a folder. */
  public SavedPipeline(Path folder) throws IOException {
    this(folder, NETWORK);
  }

  /** Saves it with settings of the network in a folder. */
  SavedPipeline(Path folder, String network) throws IOException {
    this.folder = folder;
    write("model_index.json", INDEX);
    write("unet/config.json", network);
    write("scheduler/scheduler_config.json", SCHEDULER);
    try (Scope scope = Scope.open()) {
      Weights.save(weights(), network().parameters());
    }
  }

  /** Where all its files are. */
  public Path folder() {
    return folder;
  }

  /** A network with the parameters of the folder, owned by the innermost scope. */
  Network network() throws IOException {
    NetworkFile file = NetworkFile.read(folder.resolve("unet/config.json"));
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.set("network", file.settings());
    Task task =
        new Task(file.height(), file.width(), file.channels(), file.outChannels(), file.classes());
    return Recipe.ENGINE
        .read(tree, Recipes.plain())
        .network()
        .create(task, Backends.reference(), RandomKey.of(7));
  }

  Path weights() {
    return folder.resolve("unet/diffusion_pytorch_model.safetensors");
  }

  /** Replaces a file. */
  public void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
