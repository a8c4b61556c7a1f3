package brume.diffusion.sampler;

import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.tensor.Text;
import java.util.List;

/**
 * As many times of each of some equal sections of the schedule as asked for, from the first to the last
 * of each section with equal gaps.
 *
 * @param counts how many times of each section, the one with the least noise first
 * @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal, Improved Denoising Diffusion
 *     Probabilistic Models (2021), section 4</a>
 */
public record SectionSpacing(List<Integer> counts) implements Spacing {

  /** Refuses to visit nothing. {@inheritDoc} */
  public SectionSpacing {
    counts = List.copyOf(counts);
    if (counts.isEmpty() || counts.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(
          "sections: expected a section or more with 1 time or more each, got " + counts);
    }
  }

  @Override
  public Levels levels(ForwardProcess q, int steps) {
    int sum = counts.stream().mapToInt(count -> count).sum();
    if (sum != steps) {
      throw new IllegalArgumentException(
          Text.of("sections: expected %d steps, the sum of %s, got %d", sum, counts, steps));
    }
    return Levels.through(q, times(q.steps()));
  }

  /**
   * The times.
   *
   * @param steps T, length of the schedule
   * @return ascending times from 0 to T − 1
   * @throws IllegalArgumentException if a section is shorter than its count
   */
  public int[] times(int steps) {
    int[] times = new int[counts.stream().mapToInt(count -> count).sum()];
    int at = 0, start = 0;
    for (int i = 0; i < counts.size(); i++) {
      int size = steps / counts.size() + (i < steps % counts.size() ? 1 : 0);
      int count = counts.get(i);
      if (count > size) {
        throw new IllegalArgumentException(
            Text.of("sections: expected 1 to %d times of section %d, got %d", size, i, count));
      }
      double gap = count == 1 ? 1 : (size - 1.0) / (count - 1);
      double offset = 0; // accumulated, as in the original, whose rounding it decides
      for (int j = 0; j < count; j++) {
        times[at++] = start + (int) Math.rint(offset);
        offset += gap;
      }
      start += size;
    }
    return times;
  }
}
