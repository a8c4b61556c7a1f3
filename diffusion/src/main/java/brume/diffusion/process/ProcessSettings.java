package brume.diffusion.process;

import java.util.function.DoubleUnaryOperator;

/** Settings of a diffusion process and of how a network tells the way back: a kind of {@link Processes}. */
public interface ProcessSettings {

  /**
   * The way back, with the way there in it.
   *
   * @param clipping of estimated data
   * @return the process
   * @throws IllegalArgumentException if there is none with these numbers
   */
  ReverseProcess create(Clipping clipping);

  /**
   * What the network is told at a time of the process.
   *
   * @return from times of the process to those of the network
   */
  DoubleUnaryOperator clock();
}
