package brume.diffusion.train;

import static brume.autograd.function.PixelShuffle.pixelShuffle;
import static brume.autograd.function.PixelUnshuffle.pixelUnshuffle;

import brume.autograd.Variable;
import brume.diffusion.ForwardProcess;
import brume.diffusion.NoisePredictor;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.unet.AttentionPlan;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.UNet;
import brume.nn.unet.UNetConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The U-Net and the process that a configuration describes: all that is needed to sample. */
public final class Model implements NoisePredictor {

  private final RunConfig config;
  private final UNet network;
  private final ForwardProcess process;

  /**
   * Creates the network with fresh parameters, owned by the innermost scope.
   *
   * @param config describes it
   * @param device where its parameters live
   * @throws IllegalArgumentException if sizes do not fit together
   */
  public Model(RunConfig config, Device device) {
    this.config = config;
    RunConfig.Diffusion process = config.process();
    this.process = new ForwardProcess(process.schedule().of(process.timesteps()));
    RandomKey key = RandomKey.of(config.seed()).child("parameters");
    this.network = new UNet(device, key, networkConfig(config));
  }

  /**
   * The model with the averaged parameters of a checkpoint, for sampling.
   *
   * @param config of the run
   * @param device where its parameters live
   * @param checkpoint of the run
   * @return the model, owned by the innermost scope
   * @throws IOException if the checkpoint is of another network
   */
  public static Model averaged(RunConfig config, Device device, Checkpoint checkpoint)
      throws IOException {
    Model model = new Model(config, device);
    TrainingState.loadAverage(checkpoint, model);
    return model;
  }

  /**
   * Refuses settings that do not fit together, before anything is written or allocated.
   *
   * @param config of a run
   * @throws IllegalArgumentException with the setting to change
   */
  public static void refuseMisfits(RunConfig config) {
    networkConfig(config);
    config.process().schedule().of(config.process().timesteps());
  }

  /**
   * Settings of the U-Net itself.
   *
   * @param config of the run
   * @return the settings
   * @throws IllegalArgumentException if sizes do not fit together
   */
  static UNetConfig networkConfig(RunConfig config) {
    RunConfig.Network n = config.network();
    int side = config.pictures().size(), coarsest = n.patch() << (n.mults().size() - 1);
    if (side % coarsest != 0) {
      throw new IllegalArgumentException(
          "--size: expected a multiple of %d, which is --patch %d halved at every level but the last of"
                  .formatted(coarsest, n.patch())
              + " --mults, got " + side);
    }
    if (n.blocks() == BlockVersion.GROUP_NORM && n.dim() % n.groups() != 0) {
      throw new IllegalArgumentException("--groups: expected a number that divides --dim %d, got %d"
          .formatted(n.dim(), n.groups()));
    }
    if (n.blocks() == BlockVersion.GROUP_NORM && n.dropout() != 0) {
      throw new IllegalArgumentException(
          "--dropout: expected 0, since --blocks group_norm have none, got " + n.dropout());
    }
    int channels = config.pictures().channels() * n.patch() * n.patch();
    UNetConfig plain = UNetConfig.image(n.blocks(), channels, n.dim(), n.mults());
    List<AttentionConfig> levels = new ArrayList<>();
    for (AttentionConfig level : plain.attention().levels()) {
      levels.add(new AttentionConfig(level.kind(), n.heads(), n.headDim(), level.memory()));
    }
    int memory = plain.attention().middle().memory();
    return plain
        .withAttention(new AttentionPlan(
            levels, new AttentionConfig(AttentionKind.FULL, n.heads(), n.headDim(), memory)))
        .withGroups(n.groups())
        .withSelfCondition(n.selfCondition())
        .withDropout(n.dropout());
  }

  @Override
  public Variable predict(Variable xt, double[] times, Pass pass) {
    return outOfPatches(network.forward(intoPatches(xt), times, pass));
  }

  @Override
  public Variable predict(Variable xt, Variable x0, double[] times, Pass pass) {
    return isSelfConditioned()
        ? outOfPatches(network.forward(intoPatches(xt), intoPatches(x0), times, pass))
        : predict(xt, times, pass);
  }

  @Override
  public boolean isSelfConditioned() {
    return config.network().selfCondition();
  }

  /**
   * The noise it was made for.
   *
   * @return the forward process
   */
  public ForwardProcess process() {
    return process;
  }

  /**
   * What describes it.
   *
   * @return as given
   */
  public RunConfig config() {
    return config;
  }

  /**
   * All parameters of the network.
   *
   * @return under the names of the seed system
   */
  public List<NamedParameter> parameters() {
    return network.parameters();
  }

  private Variable intoPatches(Variable x) {
    int patch = config.network().patch();
    return patch == 1 ? x : pixelUnshuffle(x, patch);
  }

  private Variable outOfPatches(Variable x) {
    int patch = config.network().patch();
    return patch == 1 ? x : pixelShuffle(x, patch);
  }
}
