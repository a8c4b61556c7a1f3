package brume.diffusion.run;

import brume.diffusion.optimize.AverageSettings;
import brume.diffusion.optimize.PostHoc;
import brume.diffusion.optimize.PostHoc.Profile;
import brume.diffusion.settings.SettingException;
import brume.nn.NamedParameter;
import brume.nn.io.Stateful;
import brume.nn.optim.EmaRule.PowerFunction;
import brume.tensor.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The averages of a run as they were after some of its steps, {@code snapshots} in its folder: checkpoints
 * that hold nothing else and are never deleted. Averages of other widths are made of them afterwards.
 */
final class Snapshots {

  private static final String WORD = "post-hoc:";

  private final Checkpoints all;

  /**
   * Those of a run.
   *
   * @param run its folder
   */
  Snapshots(RunFolder run) {
    this.all = new Checkpoints(new RunFolder(run.path().resolve("snapshots")));
  }

  /** Keeps averages; what was kept of the same step before is replaced. */
  void write(CheckpointState state, List<Stateful> averages) throws IOException {
    all.write(state, averages, Keep.all());
  }

  /** Whether somebody asks for an average that is made afterwards, as {@code post-hoc:0.15}. */
  static boolean isAskedFor(String weights) {
    return weights.startsWith(WORD);
  }

  /**
   * Makes the average of a width.
   *
   * @param weights {@code post-hoc:} and the width as a share of the steps up to the checkpoint
   * @param averages what the run keeps
   * @param last the checkpoint, whose averages are the latest
   * @param into a network's parameters, overwritten
   */
  void load(String weights, AverageSettings averages, Checkpoint last, List<NamedParameter> into)
      throws IOException {
    if (averages.snapshotEvery() == 0) {
      throw new SettingException(Text.of(
          "{weights}: expected %s, as only runs of --average post-hoc keep snapshots, got %s",
          SavedNames.choices(averages), weights));
    }
    Profile wanted = new Profile(last.state().step(), gamma(width(weights)));
    List<Checkpoint> from = new ArrayList<>();
    for (int step : all.steps()) {
      if (step < last.state().step()) {
        from.add(all.at(step));
      }
    }
    from.add(last);
    List<Profile> kept = new ArrayList<>();
    for (Checkpoint snapshot : from) {
      for (double rate : averages.rates()) {
        kept.add(new Profile(snapshot.state().step(), gamma(rate)));
      }
    }
    double[] shares = PostHoc.shares(kept, wanted);
    List<double[]> sums = new ArrayList<>();
    into.forEach(p -> sums.add(new double[p.variable().shape().size()]));
    int widths = averages.rates().size();
    for (int i = 0; i < shares.length; i++) {
      from.get(i / widths).restore(Stateful.of(SavedNames.average(averages, i % widths), into));
      add(shares[i], into, sums);
    }
    for (int p = 0; p < sums.size(); p++) {
      into.get(p).variable().value().copyFrom(sums.get(p));
    }
  }

  private static void add(double share, List<NamedParameter> parameters, List<double[]> sums) {
    for (int p = 0; p < sums.size(); p++) {
      float[] values = parameters.get(p).variable().value().toFloats();
      double[] sum = sums.get(p);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += share * values[i];
      }
    }
  }

  private static double gamma(double width) {
    return PowerFunction.ofWidth(width).gamma();
  }

  private static double width(String weights) {
    String word = weights.substring(WORD.length());
    double width = word.matches("0?\\.[0-9]{1,9}") ? Double.parseDouble(word) : Double.NaN;
    if (!(width > 0 && width <= AverageSettings.WIDEST)) {
      throw new SettingException(Text.of(
          "{weights}: expected a width above 0 and at most %s behind post-hoc:, got %s",
          AverageSettings.WIDEST, weights));
    }
    return width;
  }
}
