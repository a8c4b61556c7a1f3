package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;

/**
 * {@link ToyPoints}.
 *
 * @param problem the distribution
 */
public record ToySettings(@About("Distribution of the points.") ToyProblem problem)
    implements DataSettings {

  private static final Shape POINT = Shape.of(1, 1, 2);

  @Override
  public Dataset open() {
    return ToyPoints.of(problem);
  }

  @Override
  public Shape shape() {
    return POINT;
  }

  @Override
  public String title() {
    return "toy-" + problem;
  }

  @Override
  public Exhibit exhibit() {
    return new PointExhibit(problem);
  }

  @Override
  public String preset() {
    return "toy:" + problem;
  }
}
