package brume.diffusion.optimize;

import brume.nn.optim.EmaRule;
import java.util.List;

/** Settings of the averages of parameters that are kept beside them: a kind of {@link Averages}. */
public interface AverageSettings {

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
}
