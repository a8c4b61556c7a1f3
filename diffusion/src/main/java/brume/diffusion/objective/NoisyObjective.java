package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.io.Stateful;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** A {@link TrainingLoss} at times and with noise that are drawn anew for every sample. */
public final class NoisyObjective implements Objective {

  private final TrainingLoss loss;
  private final Noising.Settings noise;
  private final TimestepSampling times;
  private final List<Seen> seen = new ArrayList<>();

  /** Losses of the step that is being done, so that all its batches are drawn with equal chances. */
  private static final class Seen {
    final int[] times;
    final double[] losses;

    Seen(int[] times, double[] losses) {
      this.times = times;
      this.losses = losses;
    }
  }

  /**
   * The objective.
   *
   * @param loss at given times and noise
   * @param noise what it is made of
   * @param times how often each is visited
   */
  public NoisyObjective(TrainingLoss loss, Noising.Settings noise, TimestepSampling times) {
    this.loss = loss;
    this.noise = noise;
    this.times = times;
  }

  @Override
  public Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass) {
    Variable x0 = Variable.constant(batch.x0());
    Noising drawn = Noising.draw(noise, times, batch.x0(), batch.first(), key);
    Noising noising = noise.candidates() == 1
        ? drawn
        : drawn.withEpsilon(Variable.constant(Noising.best(
            noise,
            batch.x0(),
            batch.first(),
            key,
            candidate -> loss.losses(network, x0, drawn.withEpsilon(candidate), pass))));
    if (times.history().isEmpty()) {
      return loss.loss(network, x0, noising, pass);
    }
    Variable each = loss.losses(network, x0, noising, pass);
    seen.add(new Seen(noising.times(), each.value().toDoubles()));
    return noising.average(each);
  }

  @Override
  public void stepDone() {
    times.history().ifPresent(history -> seen.forEach(s -> history.add(s.times, s.losses)));
    seen.clear();
  }

  @Override
  public List<Stateful> state() {
    return times.history().<List<Stateful>>map(List::of).orElse(List.of());
  }
}
