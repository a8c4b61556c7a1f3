package brume.tensor.cpu;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.RowFunction;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuReductionTest {

  private static final List<Axes> CHOICES = List.of(
      Axes.of(0), Axes.of(1), Axes.of(2), Axes.of(0, 2), Axes.of(0, 1), Axes.of(1, 2), Axes.all());

  @ParameterizedTest
  @EnumSource
  void numbersOfRowsEqualTheirDefinitions(Reduction f) {
    double mean = f == Reduction.PRODUCT ? 1 : 0, deviation = f == Reduction.PRODUCT ? 0.01 : 2;
    for (Axes over : CHOICES) {
      Parity.check(f + " along " + over, (backend, in) -> {
        Tensor x = in.normalAbout(mean, deviation, 7, 65, 41);
        ReductionGeometry at = ReductionGeometry.of("test", x.shape(), over);
        Tensor y = x.like(at.y()), dy = in.normal(at.y().toArray()), dx = x.like();
        backend.reduction().reduce(f, 1, at, x, y);
        backend.reduction().reduceGrad(f, 1, at, x, dy, dx);
        return List.of(y, dx);
      });
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowsOfRowsEqualTheirDefinitions(RowFunction f) {
    for (int axis = 0; axis < 3; axis++) {
      Axes over = Axes.of(axis);
      Parity.check(f + " along " + over, (backend, in) -> {
        Tensor x = in.normalAbout(1, 0.1, 7, 65, 41), dy = in.normal(7, 65, 41);
        ReductionGeometry at = ReductionGeometry.of("test", x.shape(), over);
        Tensor y = x.like(), dx = x.like();
        backend.reduction().mapRows(f, 1e-12, at, x, y);
        backend.reduction().mapRowsGrad(f, 1e-12, at, x, dy, dx);
        return List.of(y, dx);
      });
    }
  }

  @ParameterizedTest
  @EnumSource
  void singleNumbersEqualTheirDefinitions(Reduction f) {
    Parity.check(f + " of one number", (backend, in) -> {
      Tensor x = in.normal(3, 1), y = in.empty(3), dx = x.like();
      ReductionGeometry at = ReductionGeometry.of("test", Shape.of(3, 1), Axes.of(1));
      backend.reduction().reduce(f, 0, at, x, y);
      backend.reduction().reduceGrad(f, 0, at, x, in.normal(3), dx);
      return List.of(y, dx);
    });
  }
}
