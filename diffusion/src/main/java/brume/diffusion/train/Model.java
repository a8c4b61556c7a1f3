package brume.diffusion.train;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.List;

/** The network and the process that a configuration describes: all that is needed to sample. */
public final class Model implements Network {

  private final RunConfig config;
  private final Network network;
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
    this.network = config.network().architecture().create(config, device, key);
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
    config.network().architecture().refuseMisfits(config);
    config.process().schedule().of(config.process().timesteps());
  }

  @Override
  public Variable predict(Query query) {
    return network.predict(query);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
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
  @Override
  public List<NamedParameter> parameters() {
    return network.parameters();
  }
}
