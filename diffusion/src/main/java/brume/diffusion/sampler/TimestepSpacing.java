package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which of T times a sampler of S steps visits, if it visits none between them. */
public enum TimestepSpacing implements Spacing {
  /** From T − 1 down in steps of T/S, rounded down; the first time is about T/S − 1. */
  UNIFORM {
    @Override
    int[] ascending(int T, int S) {
      // Single precision, from both ends, as PyTorch's linspace(-1, T - 1, S + 1): for T = 1000 and
      // S = 26, 60, 120 and others a time is off by one in any other arithmetic.
      float gap = (float) T / S;
      return IntStream.rangeClosed(1, S)
          .map(i -> (int) (i < (S + 1) / 2 ? -1 + gap * i : (T - 1) - gap * (S - i)))
          .toArray();
    }

    /** Those of the process itself. */
    @Override
    public Way levels(ContinuousProcess process, int steps) {
      return process.through(process.times(steps));
    }
  },
  /** Multiples of T/S, rounded down, from 0; T − 1 is never visited. */
  LEADING {
    @Override
    int[] ascending(int T, int S) {
      return IntStream.range(0, S).map(i -> i * (T / S)).toArray();
    }
  },
  /** Multiples of T/S, rounded down, from 0 as far as they go: there may be more than S of them. */
  STRIDED {
    @Override
    int[] ascending(int T, int S) {
      return IntStream.range(0, T).filter(t -> t % (T / S) == 0).toArray();
    }
  },
  /** Every n-th time from 0, n chosen so that there are exactly S of them. */
  WHOLE_STRIDE {
    @Override
    int[] ascending(int T, int S) {
      for (int stride = 1; stride < T; stride++) {
        int n = stride;
        if ((T + n - 1) / n == S) {
          return IntStream.range(0, S).map(i -> i * n).toArray();
        }
      }
      throw new IllegalArgumentException(Text.of(
          "stride: expected a count that a whole stride through %d times gives, got %d", T, S));
    }
  },
  /** From T − 1 down in steps of T/S, rounded to the nearest. */
  TRAILING {
    @Override
    int[] ascending(int T, int S) {
      return IntStream.range(0, S)
          .map(i -> (int) Math.rint(T - (S - 1 - i) * ((double) T / S)) - 1)
          .toArray();
    }
  },
  /** From 0 to T − 1 with equal gaps, rounded to the nearest. */
  LINSPACE {
    @Override
    int[] ascending(int T, int S) {
      double gap = S == 1 ? 0 : (T - 1.0) / (S - 1);
      return IntStream.range(0, S).map(i -> (int) Math.rint(i * gap)).toArray();
    }
  },
  /** From 0 to T − 1 with equal gaps, rounded to the nearest, without 0. */
  LINSPACE_OPEN {
    @Override
    int[] ascending(int T, int S) {
      return IntStream.rangeClosed(1, S)
          .map(i -> (int) Math.rint(i * ((T - 1.0) / S)))
          .toArray();
    }
  },
  /** Multiples of T/(S + 1), rounded down, without 0. */
  LEADING_OPEN {
    @Override
    int[] ascending(int T, int S) {
      if (S == T) {
        throw new IllegalArgumentException(Text.of(
            "steps: expected 1 to %d, as all of %d times but 0 are fewer, got %d", T - 1, T, S));
      }
      return IntStream.rangeClosed(1, S).map(i -> i * (T / (S + 1))).toArray();
    }
  },
  /** Squares of equally spaced numbers, from 0 to 0.8·T: most steps near the data, some of them equal. */
  QUADRATIC {
    @Override
    int[] ascending(int T, int S) {
      // Single precision and 0.8, as in the code of Song et al. (2021),
      // https://arxiv.org/abs/2010.02502.
      float last = (float) Math.sqrt(0.8 * T);
      float gap = S == 1 ? 0 : last / (S - 1);
      return IntStream.range(0, S)
          .map(i -> {
            float root = i < S / 2 ? gap * i : last - gap * (S - 1 - i);
            return (int) Math.rint(root * root);
          })
          .toArray();
    }
  };

  abstract int[] ascending(int T, int S);

  /** Times that rounding has made equal are visited once: a step between them would stand still. */
  @Override
  public Levels levels(ForwardProcess q, int steps) {
    return Levels.through(q, Arrays.stream(times(q.steps(), steps)).distinct().toArray());
  }

  /**
   * The times.
   *
   * @param steps T, length of the schedule
   * @param count S, how many to visit, from 1 to T
   * @return ascending times from 0 to T − 1
   * @throws IllegalArgumentException if the count is out of range
   */
  public int[] times(int steps, int count) {
    if (count < 1 || count > steps) {
      throw new IllegalArgumentException(
          Text.of("steps: expected 1 to %d (the schedule's length), got %d", steps, count));
    }
    return ascending(steps, count);
  }

  /**
   * Finds a spacing.
   *
   * @param name as printed, in any case
   * @return its constant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static TimestepSpacing named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Text.of(
            "spacing: expected one of %s, got %s",
            Arrays.stream(values())
                .map(TimestepSpacing::toString)
                .collect(Collectors.joining(", ")),
            name)));
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
