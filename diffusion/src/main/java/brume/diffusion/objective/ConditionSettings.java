package brume.diffusion.objective;

import brume.tensor.random.RandomKey;
import java.util.List;

/** Settings of what a network is told besides noisy data: a kind of {@link Conditions}. */
public interface ConditionSettings {

  /**
   * The classes that the network is told.
   *
   * @param ofData names of the classes of the data; empty if they have none
   * @return these or none of them
   * @throws IllegalArgumentException if the data have no classes and some are to be told
   */
  List<String> classes(List<String> ofData);

  /**
   * What is told in training.
   *
   * @param labels (N) classes of the samples
   * @param first number of the first sample within its step
   * @param key of the step
   * @return (N) the labels, some of them {@link brume.nn.Condition#NO_CLASS}
   */
  int[] told(int[] labels, long first, RandomKey key);

  /**
   * Whether the network learns what to say where no class is told, which guidance needs.
   *
   * @return true if some labels are dropped in training
   */
  boolean dropsLabels();
}
