package brume.diffusion.exchange;

import brume.diffusion.data.augment.Augmentations;
import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Model;
import brume.diffusion.settings.SettingsFile;
import brume.nn.Role;
import brume.tensor.Text;
import brume.tensor.io.Durable;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.io.StoredType;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Writes a recipe and weights where others read them. Numbers are those of the checkpoint, bit by bit,
 * under the names that the network's original gives them.
 */
public final class Export {

  /** How the files are laid out. */
  public enum Layout {
    /**
     * A pipeline of diffusers, for the networks {@code unet2d} and {@code dit}; for {@code autoencoder} a
     * network of diffusers, which {@link AutoencoderExport} writes, for {@code lora} and {@code inversion} a file
     * of it, which {@link LoraExport} and {@link EmbeddingExport} write; {@link TextRunExport} writes runs that draw latents as texts say.
     */
    DIFFUSERS,
    /** {@code config.json}, which is the recipe, and {@code model.safetensors}. */
    BRUME,
    /** A folder of transformers, for the network {@code clip}: {@link TowersExport} writes it. */
    TRANSFORMERS;

    /**
     * The one that most programs read.
     *
     * @param recipe to be written
     * @return diffusers' or transformers' where they have the network
     */
    public static Layout of(Recipe recipe) {
      if (recipe.network().role() == Role.TOWERS) {
        return TRANSFORMERS;
      }
      if (recipe.network().role() == Role.AUTOENCODER || recipe.network().learnsFromFew()) {
        return DIFFUSERS;
      }
      if (TextRunExport.isOne(recipe)) {
        return DIFFUSERS;
      }
      String kind = Part.of(Networks.CATALOG, recipe.network()).kind();
      boolean told = !NetworkFile.isTransformer(recipe) || recipe.task().classes() > 0;
      return NetworkFile.KINDS.contains(kind) && told ? DIFFUSERS : BRUME;
    }

    /** The name in lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Export() {}

  /**
   * Writes a folder.
   *
   * @param recipe of the run
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @param layout of the files
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written
   * @throws IllegalArgumentException if the layout cannot say what the recipe does
   */
  public static List<String> write(Recipe recipe, Path weights, Path folder, Layout layout)
      throws IOException {
    Recipe shown = withoutPlace(recipe);
    if (layout == Layout.BRUME) {
      requireEmpty(folder);
      Durable.createFolders(folder);
      copy(weights, folder.resolve(Imported.WEIGHTS + ".safetensors"), name -> true);
      Recipes.write(folder.resolve(Imported.RECIPE), shown);
      return List.of();
    }
    // Without what is learned of augmentation, it is the network as samples are drawn from it.
    Recipe plain = shown.with(new Augmentations.None());
    ObjectNode unet = NetworkFile.write(plain);
    SchedulerWriter scheduler = new SchedulerWriter(plain);
    ObjectNode said = scheduler.file();
    requireEmpty(folder);
    Durable.createFolders(folder);
    boolean transformer = NetworkFile.isTransformer(shown);
    Path network = folder.resolve(transformer ? PipelineFolder.TRANSFORMER : PipelineFolder.UNET);
    Path steps = folder.resolve(PipelineFolder.SCHEDULER);
    Durable.createFolders(network);
    Durable.createFolders(steps);
    copy(
        weights,
        network.resolve(PipelineFolder.WEIGHTS + ".safetensors"),
        name -> !name.startsWith(Model.AUGMENTATION + "."));
    SettingsFile.write(network.resolve(PipelineFolder.CONFIG), unet);
    SettingsFile.write(steps.resolve(SchedulerFile.NAME), said);
    Recipes.write(folder.resolve(PipelineFolder.NOTE), plain);
    SettingsFile.write(
        folder.resolve(PipelineFolder.INDEX), index(scheduler, transformer)); // last: now it is one
    List<String> remarks = new ArrayList<>(scheduler.differences());
    int classes = shown.classes().size();
    remarks.add(
        classes == 0
            ? "in Python: " + scheduler.call()
            : transformer
                ? Text.of(
                    "DiTPipeline decodes what there is no decoder for; in Python ask transformer(x, t[None],"
                        + " class_labels=labels).sample[:, :%d] in a loop over scheduler.timesteps, with %d for no"
                        + " class",
                    unet.path("in_channels").asInt(), classes)
                : Text.of(
                    "pipelines of diffusers tell no classes; in Python ask unet(x, t, class_labels=labels) in a"
                        + " loop over scheduler.timesteps, with %d for no class",
                    classes));
    return remarks;
  }

  /** The same without the place of the data, which is of no use to others. */
  private static Recipe withoutPlace(Recipe recipe) {
    ObjectNode tree = Recipe.ENGINE.write(recipe);
    if (tree.path("data").has("path")) {
      tree.withObjectProperty("data").put("path", "");
    }
    return Recipe.ENGINE.read(tree, recipe);
  }

  static void requireEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new IOException(folder
              + ": expected a new folder, got one with something in it; choose another --out");
        }
      }
    } else if (Files.exists(folder)) {
      throw new IOException(folder + ": expected a new folder, got a file; choose another --out");
    }
  }

  private static ObjectNode index(SchedulerWriter scheduler, boolean transformer) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("_class_name", transformer ? PipelineFolder.DIT : scheduler.pipelineName());
    index.put("_diffusers_version", SchedulerFile.VERSION);
    index.putArray("scheduler").add("diffusers").add(scheduler.className());
    if (transformer) {
      index.putArray(PipelineFolder.TRANSFORMER).add("diffusers").add(DiTFile.CLASS);
    } else {
      index.putArray(PipelineFolder.UNET).add("diffusers").add(UnetFile.CLASS);
    }
    return index;
  }

  /** The same tensors in a file that PyTorch's programs take for one of theirs. */
  static void copy(Path from, Path to, Predicate<String> wanted) throws IOException {
    SafeTensors tensors = SafeTensors.read(from);
    List<String> names = tensors.names().stream().filter(wanted).toList();
    copy(from, to, names, name -> name, Map.of("format", "pt"));
  }

  /**
   * The same tensors under other names.
   *
   * @param from a safetensors file
   * @param to another
   * @param names which tensors
   * @param renamed what each is called
   * @param metadata of the new file
   */
  static void copy(
      Path from,
      Path to,
      Collection<String> names,
      UnaryOperator<String> renamed,
      Map<String, String> metadata)
      throws IOException {
    SafeTensors tensors = SafeTensors.read(from);
    SafeTensorsWriter writer = new SafeTensorsWriter();
    metadata.forEach(writer::metadata);
    for (String name : names) {
      int[] shape = tensors.shape(name);
      if (tensors.entry(name).type() == StoredType.F32) {
        writer.add(renamed.apply(name), shape, tensors.floats(name));
      } else if (tensors.entry(name).type() == StoredType.F64) {
        writer.add(renamed.apply(name), shape, tensors.doubles(name));
      } else {
        throw new IOException(Text.of(
            "%s: expected parameters in single or double precision, got %s of %s",
            from, name, tensors.entry(name).type()));
      }
    }
    writer.write(to);
  }
}
