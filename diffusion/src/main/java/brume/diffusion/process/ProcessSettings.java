package brume.diffusion.process;

import brume.nn.Parameters;
import java.util.function.DoubleUnaryOperator;

/** Settings of a diffusion process and of how a network tells the way back: a kind of {@link Processes}. */
public interface ProcessSettings {

  /**
   * The process as samplers and objectives see it.
   *
   * @param clipping of estimated data
   * @return the process
   * @throws IllegalArgumentException if there is none with these numbers
   */
  TrainedProcess create(Clipping clipping);

  /**
   * The process of a model.
   *
   * @param clipping of estimated data
   * @param at where parameters are made of what is learned of the process
   * @return the process
   * @throws IllegalArgumentException if there is none with these numbers
   */
  default TrainedProcess create(Clipping clipping, Parameters at) {
    return create(clipping);
  }

  /**
   * What the network is told at a time of the process.
   *
   * @return from times of the process to those of the network, the same unless said otherwise
   */
  default DoubleUnaryOperator clock() {
    return time -> time;
  }
}
