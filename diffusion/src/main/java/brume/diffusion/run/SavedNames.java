package brume.diffusion.run;

import brume.diffusion.optimize.AverageSettings;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.math.BigDecimal;
import java.util.List;

/** What the parts of a checkpoint are called. */
final class SavedNames {

  static final String MODEL = "model";
  private static final String AVERAGE = "ema"; // as version 0.1.0 called the only one

  private SavedNames() {}

  /** The first average has the plain name, the others their rate behind it. */
  static String average(AverageSettings averages, int number) {
    return number == 0 ? AVERAGE : AVERAGE + "-" + plain(averages.rates().get(number));
  }

  /** The part that somebody asks for as {@code raw}, {@code average} or {@code average:0.999}. */
  static String named(String weights, AverageSettings averages) {
    List<Double> rates = averages.rates();
    if (weights.equals("raw")) {
      return MODEL;
    }
    if (weights.equals("average")) {
      return rates.isEmpty() ? MODEL : AVERAGE;
    }
    for (int i = 0; i < rates.size(); i++) {
      if (weights.equals("average:" + plain(rates.get(i)))) {
        return average(averages, i);
      }
    }
    throw new SettingException(
        Text.of("{weights}: expected %s, got %s", choices(averages), weights));
  }

  /** What can be asked for, with commas between it. */
  static String choices(AverageSettings averages) {
    String others = averages.snapshotEvery() > 0 ? ", post-hoc: and a width" : "";
    return "raw, average" + listed(averages.rates()) + others;
  }

  private static String listed(List<Double> rates) {
    StringBuilder names = new StringBuilder();
    rates.forEach(rate -> names.append(", average:").append(plain(rate)));
    return names.toString();
  }

  private static String plain(double rate) {
    return new BigDecimal(Double.toString(rate)).stripTrailingZeros().toPlainString();
  }
}
