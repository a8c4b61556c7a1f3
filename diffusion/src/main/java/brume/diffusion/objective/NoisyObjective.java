package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.io.Stateful;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link TrainingLoss} at times and with noise that are drawn anew for every sample. */
public final class NoisyObjective implements Objective {

  private final TrainingLoss loss;
  private final Noising.Settings noise;
  private final TimestepSampling times;
  // Of the step that is being done, so that all its batches are drawn with equal chances.
  private final List<LossesSeen> seen = new ArrayList<>();

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
    seen.add(new LossesSeen(
        Arrays.stream(noising.times()).boxed().toList(),
        Arrays.stream(each.value().toDoubles()).boxed().toList()));
    return noising.average(each);
  }

  @Override
  public boolean branches(Denoiser network, RandomKey key) {
    return network.isSelfConditioned() && Noising.isConditioned(key);
  }

  @Override
  public List<LossesSeen> takeSeen() {
    List<LossesSeen> taken = List.copyOf(seen);
    seen.clear();
    return taken;
  }

  @Override
  public void giveSeen(List<LossesSeen> others) {
    seen.addAll(others);
  }

  @Override
  public void stepDone() {
    times.history().ifPresent(history -> takeSeen()
        .forEach(each -> history.add(
            each.times().stream().mapToInt(Integer::intValue).toArray(),
            each.losses().stream().mapToDouble(Double::doubleValue).toArray())));
  }

  @Override
  public List<Stateful> state() {
    return times.history().<List<Stateful>>map(List::of).orElse(List.of());
  }
}
