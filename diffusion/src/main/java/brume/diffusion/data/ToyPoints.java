package brume.diffusion.data;

import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;

/**
 * Points of the plane drawn from a distribution that a small network learns in seconds. A point is a
 * picture of one pixel with two channels, so that it trains like one. Nothing is stored: point i
 * follows from i.
 */
public final class ToyPoints implements Dataset {

  /** x and y of {@link ToyProblem}s lie within ±2.5, which become 0 and 1. */
  public static final double RANGE = 2.5;

  private static final int SIZE = 100_000; // as in train_toy.py of ddpm-torch

  private final ToyProblem problem;
  private final RandomKey key;

  private ToyPoints(ToyProblem problem, RandomKey key) {
    this.problem = problem;
    this.key = key;
  }

  /**
   * The points of a problem, always the same ones.
   *
   * @param problem which distribution
   * @return 100,000 points
   */
  public static ToyPoints of(ToyProblem problem) {
    return new ToyPoints(problem, RandomKey.of(0).child("toy " + problem));
  }

  /**
   * The first points, as they are.
   *
   * @param count how many, at most 100,000
   * @return x, y, x, y, ... in units of the problem
   */
  public double[] first(int count) {
    double[] points = new double[Shape.product(2, count)];
    for (int i = 0; i < count; i++) {
      double[] point = problem.point(key, i);
      System.arraycopy(point, 0, points, 2 * i, 2);
    }
    return points;
  }

  /**
   * The points that values stand for.
   *
   * @param values x, y, x, y, ... in [0, 1]
   * @return x, y, x, y, ... in units of the problem
   */
  public static double[] fromUnit(float[] values) {
    double[] points = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      points[i] = RANGE * (2 * values[i] - 1);
    }
    return points;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public int height() {
    return 1;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public int channels() {
    return 2;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    double[] point = problem.point(key, index);
    for (int i = 0; i < 2; i++) {
      into[offset + i] = (float) Math.min(Math.max((point[i] / RANGE + 1) / 2, 0), 1);
    }
  }

  @Override
  public String source() {
    return problem.description();
  }

  @Override
  public String describe() {
    return Text.of("%,d points of the plane from %s", SIZE, source());
  }
}
