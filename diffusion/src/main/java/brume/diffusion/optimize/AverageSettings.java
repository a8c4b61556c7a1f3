package brume.diffusion.optimize;

import brume.nn.optim.EmaRule;
import java.util.List;

/** Settings of the averages of parameters that are kept beside them: a kind of {@link Averages}. */
public interface AverageSettings {

  /** Largest width of an average of a power function, as a share of all steps. */
  double WIDEST = 0.288;

  /**
   * The rules, one for each average.
   *
   * @param samples of one step
   * @return empty for no averages
   */
  List<EmaRule> rules(int samples);

  /**
   * The numbers that tell the averages apart, as in {@code --weights average:0.999}.
   *
   * @return one for each rule
   */
  List<Double> rates();

  /**
   * How often the averages are kept for good, so that others can be made of them afterwards.
   *
   * @return steps from one snapshot to the next; 0 for none
   */
  default int snapshotEvery() {
    return 0;
  }
}
