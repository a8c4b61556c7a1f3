package brume.diffusion.exchange;

import static brume.diffusion.exchange.StableDiffusionKind.SCHEDULER;
import static brume.diffusion.exchange.StableDiffusionKind.TEXT;
import static brume.diffusion.exchange.StableDiffusionKind.TOKENIZER;
import static brume.diffusion.exchange.StableDiffusionKind.UNET;
import static brume.diffusion.exchange.StableDiffusionKind.VAE;

import brume.diffusion.network.AutoencoderSettings;
import brume.diffusion.network.Latents;
import brume.diffusion.network.TextRows;
import brume.diffusion.network.TowersSettings;
import brume.diffusion.network.Unet2dConditionSettings;
import brume.diffusion.process.Clippings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.RunTokenizer;
import brume.diffusion.run.SavedModel;
import brume.diffusion.settings.SettingsFile;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.TransformerConfig;
import brume.tensor.Text;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a run that draws latents as texts say, and the runs upon which it builds, as one folder of
 * diffusers: a {@code StableDiffusionPipeline}. Numbers are those of the checkpoints, bit by bit.
 */
public final class TextRunExport {

  private static final String CLIPPED = "clip_sample";

  private static final String OF_TEXTS = "text_model."; // what the names of that tower begin with
  private static final Pattern LAYER =
      Pattern.compile("text_model\\.encoder\\.layers\\.(\\d{1,9})\\..*");

  private final Recipe recipe;
  private final RunFolder text, autoencoder;
  private final Recipe ofText, ofAutoencoder;

  private TextRunExport(Recipe recipe, RunFolder run) throws IOException {
    this.recipe = recipe;
    Latents.Encoded latents = (Latents.Encoded) recipe.latents();
    this.text = run.upon(recipe.saysTexts().orElseThrow());
    this.autoencoder = run.upon(latents.folder());
    this.ofText = recipeOf(text);
    this.ofAutoencoder = recipeOf(autoencoder);
  }

  /**
   * Whether a run is one of these.
   *
   * @param recipe of the run
   * @return true if its U-Net draws latents of an autoencoder and attends to texts
   */
  public static boolean isOne(Recipe recipe) {
    return recipe.network() instanceof Unet2dConditionSettings
        && recipe.latents() instanceof Latents.Encoded
        && recipe.saysTexts().isPresent()
        && recipe.patch() == 1;
  }

  /**
   * Writes a folder.
   *
   * @param recipe of the run
   * @param run its folder
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written, or a run upon which this one builds
   *     is missing
   * @throws IllegalArgumentException if diffusers cannot say what the recipe does
   */
  public static List<String> write(Recipe recipe, RunFolder run, Path weights, Path folder)
      throws IOException {
    return new TextRunExport(recipe, run).write(weights, folder);
  }

  private static Recipe recipeOf(RunFolder upon) throws IOException {
    if (!upon.holdsRun()) {
      throw new IOException(upon.path()
          + ": expected the folder of a run upon which this one builds, found no config.json in it; only what"
          + " runs have learned is exported");
    }
    return Recipes.read(upon.config());
  }

  private List<String> write(Path weights, Path folder) throws IOException {
    SchedulerWriter scheduler =
        new SchedulerWriter(recipe, OptionalInt.of(StableDiffusionKind.OFFSET));
    ObjectNode process = scheduler.file();
    if (!process.has(CLIPPED) && recipe.clipping() instanceof Clippings.None) {
      process.put(
          CLIPPED, false); // or schedulers that may take this one's place would clip latents
    }
    Path words = weights(ofText, text), pictures = weights(ofAutoencoder, autoencoder);
    Export.requireEmpty(folder);
    Durable.createFolders(folder);
    Unet2dConditionSettings network = (Unet2dConditionSettings) recipe.network();
    writePart(
        folder.resolve(UNET),
        ConditionalUnetFile.tree(network.config(recipe.task()), recipe.sampled().dim(0)),
        weights);
    writePart(
        folder.resolve(VAE),
        AutoencoderFile.tree(autoencoder(), recipe.data().shape().dim(0)),
        pictures);
    writeText(folder, words);
    Durable.createFolders(folder.resolve(SCHEDULER));
    SettingsFile.write(folder.resolve(SCHEDULER).resolve(SchedulerFile.NAME), process);
    SettingsFile.write(
        folder.resolve(PipelineFolder.INDEX), index(scheduler)); // last: now it is one
    return remarks(scheduler);
  }

  /** What a part has learned: its average, as the run sees it. */
  private static Path weights(Recipe of, RunFolder in) throws IOException {
    Checkpoint newest = new Checkpoints(in)
        .newest()
        .orElseThrow(() -> new IOException(
            in.path() + ": expected a run with a valid checkpoint, got none; train it first"));
    return SavedModel.file(of, newest, "average");
  }

  private static void writePart(Path folder, ObjectNode config, Path weights) throws IOException {
    Durable.createFolders(folder);
    Export.copy(weights, folder.resolve(NetworkFolder.WEIGHTS + ".safetensors"), name -> true);
    SettingsFile.write(folder.resolve(NetworkFolder.CONFIG), config);
  }

  /** With what latents are multiplied with. */
  private AutoencoderConfig autoencoder() {
    AutoencoderConfig plain =
        ((AutoencoderSettings) ofAutoencoder.network()).config(ofAutoencoder.task());
    return new AutoencoderConfig(
        plain.coder(),
        plain.quantConvolution(),
        plain.postQuantConvolution(),
        ((Latents.Encoded) recipe.latents()).scale(),
        plain.shift());
  }

  private void writeText(Path folder, Path weights) throws IOException {
    TowersSettings towers = (TowersSettings) ofText.network();
    TextRows rows = towers.reads().orElseThrow();
    ClipTextConfig all = towers.text(RunTokenizer.open(text, rows).end());
    int count = all.layers().layers() - recipe.skippedOfTexts();
    TransformerConfig layers = all.layers().first(count); // no pipeline of a folder knows of more
    ClipTextConfig words = new ClipTextConfig(all.tokens(), all.positions(), layers, all.end(), 0);
    Path encoder = folder.resolve(TEXT), tokenizer = folder.resolve(TOKENIZER);
    Durable.createFolders(encoder);
    Durable.createFolders(tokenizer);
    Export.copy(
        weights,
        encoder.resolve(TextEncoderFile.WEIGHTS + ".safetensors"),
        name -> name.startsWith(OF_TEXTS) && !isOfLayer(name, count));
    SettingsFile.write(encoder.resolve(TextEncoderFile.CONFIG), TextEncoderFile.whole(words));
    TowersExport.copyTokenizer(text, tokenizer);
  }

  /** Whether a parameter belongs to a layer from a number on. */
  private static boolean isOfLayer(String name, int from) {
    Matcher layer = LAYER.matcher(name);
    return layer.matches() && Integer.parseInt(layer.group(1)) >= from;
  }

  private static ObjectNode index(SchedulerWriter scheduler) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("_class_name", "StableDiffusionPipeline");
    index.put("_diffusers_version", SchedulerFile.VERSION);
    index.putArray("feature_extractor").addNull().addNull();
    index.put("requires_safety_checker", false);
    index.putArray("safety_checker").addNull().addNull();
    index.putArray(SCHEDULER).add("diffusers").add(scheduler.className());
    index.putArray(TEXT).add("transformers").add("CLIPTextModel");
    index.putArray(TOKENIZER).add("transformers").add("CLIPTokenizer");
    index.putArray(UNET).add("diffusers").add("UNet2DConditionModel");
    index.putArray(VAE).add("diffusers").add("AutoencoderKL");
    return index;
  }

  private List<String> remarks(SchedulerWriter scheduler) {
    List<String> remarks = new ArrayList<>(scheduler.differences());
    remarks.add(Text.of(
        "in Python: StableDiffusionPipeline.from_pretrained(folder), then pipeline(prompt,"
            + " num_inference_steps=%d, guidance_scale=%s)",
        scheduler.steps(), Recipe.ENGINE.write(recipe).at("/guidance/scale").asDouble(1)));
    return remarks;
  }
}
