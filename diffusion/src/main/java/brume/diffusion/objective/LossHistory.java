package brume.diffusion.objective;

import brume.nn.io.Stateful;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The latest losses of every time. */
public final class LossHistory implements Stateful {

  private static final String LOSSES = "losses", COUNTS = "counts";

  private final int steps;
  private final int kept;
  private final float[] losses; // (T, kept), oldest first; floats, so that files hold them exactly
  private final int[] counts; // how many there are of each time

  /**
   * An empty history.
   *
   * @param steps T
   * @param kept how many losses of each time are remembered
   */
  public LossHistory(int steps, int kept) {
    this.steps = steps;
    this.kept = kept;
    this.losses = new float[Shape.product(steps, kept)];
    this.counts = new int[steps];
  }

  /**
   * Adds losses, forgetting the oldest of their times if there are too many.
   *
   * @param times (N) times from 0 to T − 1
   * @param each (N) the loss of each sample, not weighted by how likely its time was
   */
  public void add(int[] times, double[] each) {
    for (int n = 0; n < times.length; n++) {
      int t = times[n], row = t * kept;
      if (counts[t] == kept) {
        System.arraycopy(losses, row + 1, losses, row, kept - 1);
        counts[t]--;
      }
      losses[row + counts[t]++] = (float) each[n];
    }
  }

  /**
   * Whether every time has as many losses as are remembered.
   *
   * @return true from then on
   */
  public boolean isFull() {
    return Arrays.stream(counts).allMatch(count -> count == kept);
  }

  /**
   * Size of the losses of each time.
   *
   * @return (T) √⟨loss²⟩
   */
  public double[] rootMeanSquares() {
    double[] roots = new double[steps];
    for (int t = 0; t < steps; t++) {
      double squares = 0;
      for (int i = t * kept; i < t * kept + counts[t]; i++) {
        squares += (double) losses[i] * losses[i];
      }
      roots[t] = Math.sqrt(squares / Math.max(1, counts[t]));
    }
    return roots;
  }

  @Override
  public String name() {
    return "timesteps";
  }

  @Override
  public void save(Path folder) throws IOException {
    new SafeTensorsWriter()
        .add(LOSSES, new int[] {steps, kept}, losses)
        .add(COUNTS, new int[] {steps}, counts)
        .write(file(folder));
  }

  private Path file(Path folder) {
    return folder.resolve(name() + ".safetensors");
  }

  @Override
  public void load(Path folder) throws IOException {
    Path file = file(folder);
    SafeTensors saved = SafeTensors.read(file);
    int[] sizes = {steps, kept};
    if (!saved.names().contains(LOSSES)
        || !saved.names().contains(COUNTS)
        || !Arrays.equals(saved.shape(LOSSES), sizes)
        || !Arrays.equals(saved.shape(COUNTS), new int[] {steps})) {
      throw new IOException(Text.of(
          "%s: expected %s of shape %s and %s, one per time, got %s; use it with the config.json it was made with",
          file, LOSSES, Arrays.toString(sizes), COUNTS, saved.names()));
    }
    System.arraycopy(saved.floats(LOSSES), 0, losses, 0, losses.length);
    long[] numbers = saved.longs(COUNTS);
    for (int t = 0; t < steps; t++) {
      if (numbers[t] < 0 || numbers[t] > kept) {
        throw new IOException(Text.of(
            "%s: expected counts from 0 to %d, got %d at time %d", file, kept, numbers[t], t));
      }
      counts[t] = (int) numbers[t];
    }
  }
}
