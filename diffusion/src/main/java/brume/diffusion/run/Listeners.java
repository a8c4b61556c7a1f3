package brume.diffusion.run;

import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Several listeners as one: each is told after those before it.
 *
 * @param all in the order in which they are told
 */
public record Listeners(List<TrainingListener> all) implements TrainingListener {

  /** Copies the list. {@inheritDoc} */
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void begins(int step, Model model) throws IOException {
    for (TrainingListener each : all) {
      each.begins(step, model);
    }
  }

  @Override
  public void stepped(TrainingLog.Line line) {
    all.forEach(each -> each.stepped(line));
  }

  @Override
  public void samples(int step, Model average) throws IOException {
    for (TrainingListener each : all) {
      each.samples(step, average);
    }
  }

  /** As the first tells that can. {@inheritDoc} */
  @Override
  public OptionalDouble evaluated(int step, Model average) throws IOException {
    OptionalDouble told = OptionalDouble.empty();
    for (TrainingListener each : all) {
      OptionalDouble score = each.evaluated(step, average);
      told = told.isPresent() ? told : score;
    }
    return told;
  }

  @Override
  public void stopping() {
    all.forEach(TrainingListener::stopping);
  }

  /** Tells the first only: one warning is enough. {@inheritDoc} */
  @Override
  public void warned(String sentence) {
    (all.isEmpty() ? SILENT : all.get(0)).warned(sentence);
  }

  @Override
  public void saved(Checkpoint checkpoint) {
    all.forEach(each -> each.saved(checkpoint));
  }

  @Override
  public void finished(Model average) throws IOException {
    for (TrainingListener each : all) {
      each.finished(average);
    }
  }
}
