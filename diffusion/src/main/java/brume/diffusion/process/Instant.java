package brume.diffusion.process;

import brume.tensor.Text;
import java.util.function.Supplier;

/** A level at a time of a continuous process. */
record Instant(
    ContinuousProcess process, int k, double t, Supplier<Level> left, Supplier<Level> right)
    implements Level {

  /** A level as one of these. */
  static Instant of(Level level) {
    if (level instanceof Instant instant) {
      return instant;
    }
    throw new IllegalArgumentException(Text.of(
        "level: expected one of a continuous process, got one of numbered times, at time %s",
        level.time()));
  }

  ContinuousProcess.Reading reading() {
    return process.reading(t);
  }

  @Override
  public double time() {
    return reading().told();
  }

  @Override
  public double signal() {
    return process.signal(t);
  }

  @Override
  public double noise() {
    return process.noise(t);
  }

  @Override
  public Level before() {
    return left.get();
  }

  @Override
  public Level after() {
    return right.get();
  }
}
