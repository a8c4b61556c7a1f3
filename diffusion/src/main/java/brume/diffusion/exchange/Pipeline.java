package brume.diffusion.exchange;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.NamedParameter;
import brume.nn.Query;
import brume.nn.io.Weights;
import brume.nn.unet.diffusers.UNet2D;
import brume.nn.unet.diffusers.UNet2DConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network and a scheduler in a folder that diffusers has saved:
 *
 * <pre>
 *   model_index.json                                 class of the pipeline and of its parts
 *   unet/config.json                                 settings of the network
 *   unet/diffusion_pytorch_model.safetensors         its parameters
 *   scheduler/scheduler_config.json                  the process and the way back
 * </pre>
 *
 * <p>In folders of the first versions all files lie side by side.
 */
public final class Pipeline implements Denoiser {

  private static final Map<String, Boolean> ALWAYS_DDIM =
      Map.of("DDPMPipeline", false, "DDIMPipeline", true);
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  private final UNet2D network;
  private final Shape picture;
  private final SchedulerConfig scheduler;

  private Pipeline(UNet2D network, Shape picture, SchedulerConfig scheduler) {
    this.network = network;
    this.picture = picture;
    this.scheduler = scheduler;
  }

  /**
   * Loads a folder.
   *
   * @param folder with {@code model_index.json}
   * @param device where the network's parameters will live, owned by the innermost scope
   * @return the pipeline
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static Pipeline open(Path folder, Device device) throws IOException {
    Options index = Options.read(folder.resolve("model_index.json"));
    boolean ddim = index.choice("_class_name", "", ALWAYS_DDIM);
    for (String part : index.names()) {
      if (!part.equals("unet") && !part.equals("scheduler") && index.has(part)) {
        throw index.wrong(part, "absent (only unet and scheduler are known)");
      }
    }
    requireClass(index, "unet", List.of("UNet2DModel"));
    requireClass(index, "scheduler", List.of("DDPMScheduler", "DDIMScheduler"));
    SchedulerConfig scheduler =
        SchedulerConfig.read(part(folder, "scheduler").resolve("scheduler_config.json"));
    Path unet = part(folder, "unet");
    NetworkFile file = NetworkFile.read(unet.resolve("config.json"));
    UNet2DConfig config = file.network();
    requireChannels(unet, config, scheduler);
    Shape picture = Shape.of(file.height(), file.width(), config.channels());
    UNet2D network = new UNet2D(device, RandomKey.of(0), config);
    load(unet.resolve(WEIGHTS), network);
    return new Pipeline(
        network, picture, ddim ? scheduler.withKind(SchedulerKind.DDIM) : scheduler);
  }

  private static Path part(Path folder, String name) {
    Path part = folder.resolve(name);
    return Files.isDirectory(part) ? part : folder;
  }

  private static void requireClass(Options index, String part, List<String> known)
      throws IOException {
    List<String> module = index.texts(part);
    if (module.size() != 2 || !known.contains(module.get(1))) {
      throw index.wrong(part, "[\"diffusers\", " + String.join(" or ", known) + "]");
    }
  }

  private static void requireChannels(Path unet, UNet2DConfig network, SchedulerConfig scheduler)
      throws IOException {
    int factor = scheduler.process().variance().isLearned() ? 2 : 1;
    if (network.outChannels() != factor * network.channels()) {
      throw new IOException(Text.of(
          "%s: expected %d out_channels for %d in_channels with the variance of its scheduler, got %d",
          unet, factor * network.channels(), network.channels(), network.outChannels()));
    }
  }

  private static void load(Path file, UNet2D network) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": expected the network's parameters, found none; save the pipeline again with"
              + " safe_serialization=True, in one file");
    }
    boolean old =
        SafeTensors.read(file).names().stream().anyMatch(n -> n.endsWith(".query.weight"));
    List<NamedParameter> parameters = network.parameters();
    Weights.load(file, old ? parameters.stream().map(Pipeline::underOldName).toList() : parameters);
  }

  /** The first versions had other names for the layers of attention. */
  private static NamedParameter underOldName(NamedParameter parameter) {
    String old = parameter
        .path()
        .replace(".to_q.", ".query.")
        .replace(".to_k.", ".key.")
        .replace(".to_v.", ".value.")
        .replace(".to_out.0.", ".proj_attn.");
    return new NamedParameter(old, parameter.variable(), parameter.layout());
  }

  @Override
  public Variable predict(Query query) {
    return network.predict(query);
  }

  /**
   * The network.
   *
   * @return with the parameters of the folder
   */
  public UNet2D network() {
    return network;
  }

  /**
   * The scheduler of the folder, as its pipeline uses it.
   *
   * @return its settings
   */
  public SchedulerConfig scheduler() {
    return scheduler;
  }

  /**
   * Sizes of one picture.
   *
   * @return (H, W, C); H and W are 0 if the folder leaves them open
   */
  public Shape picture() {
    return picture;
  }
}
