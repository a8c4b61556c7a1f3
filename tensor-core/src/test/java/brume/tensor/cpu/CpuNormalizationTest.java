package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.GroupGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuNormalizationTest {

  private static final double EPS = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "2, 5, 3, 1",
    "5, 49, 7, 7",
    "1, 300, 9, 3",
    "3, 130, 33, 11",
    "6, 196, 32, 8",
    "1, 784, 32, 8",
    "2, 40, 130, 2",
    "4, 1, 16, 4",
    "1, 4097, 1, 1"
  })
  void groupNormEqualsItsDefinition(int n, int p, int c, int g) {
    GroupGeometry at = new GroupGeometry(n, p, c, g);
    Parity.check("groupNorm " + at, 4e-6, (backend, in) -> {
      Tensor x = in.normalAbout(0.5, 2, n, p, c),
          gamma = in.normalAbout(1, 0.5, c),
          beta = in.normal(c);
      Tensor dy = in.normal(n, p, c);
      Tensor y = in.empty(n, p, c), mean = in.empty(n, g), rstd = in.empty(n, g);
      Tensor dx = in.empty(n, p, c), dgamma = in.empty(c), dbeta = in.empty(c);
      backend.normalization().groupNorm(at, x, gamma, beta, EPS, y, mean, rstd);
      backend.normalization().groupNormGrad(at, x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
      // One value per group has no deviation: its gradient is nothing but rounding.
      return p * c / g == 1
          ? List.of(y, mean, rstd, dbeta)
          : List.of(y, mean, rstd, dx, dgamma, dbeta);
    });
  }

  @ParameterizedTest
  @CsvSource({
    "2, 5, 3, 1, true", "5, 49, 7, 7, false", "1, 300, 9, 3, true", "3, 130, 33, 11, true",
    "6, 196, 32, 8, true", "1, 784, 32, 8, false", "2, 40, 130, 2, true", "4, 2, 16, 4, true"
  })
  void groupNormSiLUEqualsItsDefinition(int n, int p, int c, int g, boolean steered) {
    GroupGeometry at = new GroupGeometry(n, p, c, g);
    Parity.check("groupNormSiLU " + at, 4e-6, (backend, in) -> {
      Tensor x = in.normalAbout(0.5, 2, n, p, c),
          gamma = in.normalAbout(1, 0.5, c),
          beta = in.normal(c);
      Tensor dy = in.normal(n, p, c), steering = steered ? in.normal(n, 2 * c) : in.empty(0);
      Tensor y = in.empty(n, p, c), mean = in.empty(n, g), rstd = in.empty(n, g);
      Tensor dx = in.empty(n, p, c), dgamma = in.empty(c), dbeta = in.empty(c);
      Tensor dsteering = steering.like();
      backend.normalization().groupNormSiLU(at, x, gamma, beta, steering, EPS, y, mean, rstd);
      backend
          .normalization()
          .groupNormSiLUGrad(
              at, x, gamma, beta, steering, mean, rstd, dy, dx, dgamma, dbeta, dsteering);
      return List.of(y, mean, rstd, dx, dgamma, dbeta, dsteering);
    });
  }

  @Test
  void groupNormBearsAMeanFarFromZero() {
    GroupGeometry at = new GroupGeometry(2, 400, 16, 4);
    // The mean itself, rounded to float, is 6e-8*500 deviations off.
    Parity.check("groupNorm", 1e-4, (backend, in) -> {
      Tensor x = in.normalAbout(500, 1, 2, 400, 16), gamma = in.normal(16), beta = in.normal(16);
      Tensor y = in.empty(2, 400, 16), mean = in.empty(2, 4), rstd = in.empty(2, 4);
      backend.normalization().groupNorm(at, x, gamma, beta, EPS, y, mean, rstd);
      return List.of(y, mean, rstd);
    });
  }

  @Test
  void oneHugeNumberLeavesTheRestFinite() {
    GroupGeometry at = new GroupGeometry(1, 50, 9, 3);
    Parity.check("groupNorm", (backend, in) -> {
      float[] values = new float[450];
      values[7] = 1e30f;
      Tensor x = in.of(Shape.of(1, 50, 9), values), gamma = in.normal(9), beta = in.normal(9);
      Tensor y = in.empty(1, 50, 9), mean = in.empty(1, 3), rstd = in.empty(1, 3);
      Tensor dy = in.normal(1, 50, 9), z = x.like(), dz = x.like(), dg = in.empty(9);
      backend.normalization().groupNorm(at, x, gamma, beta, EPS, y, mean, rstd);
      backend.normalization().rmsNorm(x, gamma, z);
      backend.normalization().rmsNormGrad(x, gamma, dy, dz, dg);
      return List.of(y, mean, rstd, z, dz, dg);
    });
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "50, 7", "3, 9", "300, 33", "1000, 32", "45, 512"})
  void rmsNormEqualsItsDefinition(int rows, int c) {
    Parity.check(Text.of("rmsNorm %d %d", rows, c), (backend, in) -> {
      Tensor x = in.normal(rows, c), g = in.normalAbout(1, 0.5, c), dy = in.normal(rows, c);
      Tensor y = x.like(), dx = x.like(), dg = g.like();
      backend.normalization().rmsNorm(x, g, y);
      backend.normalization().rmsNormGrad(x, g, dy, dx, dg);
      return List.of(y, dx, dg);
    });
  }

  @Test
  void rmsNormOfNothingAndOfNextToNothing() {
    for (float tiny : new float[] {0, 1e-16f, 1e-22f, 3e-14f}) {
      Parity.check("rmsNorm of " + tiny, (backend, in) -> {
        float[] values = new float[99];
        Arrays.fill(values, tiny);
        Tensor x = in.of(Shape.of(3, 33), values), g = in.normal(33), dy = in.normal(3, 33);
        Tensor y = x.like(), dx = x.like(), dg = g.like();
        backend.normalization().rmsNorm(x, g, y);
        backend.normalization().rmsNormGrad(x, g, dy, dx, dg);
        return List.of(y, dx, dg);
      });
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 5, 3", "5, 49, 7", "1, 300, 9", "3, 130, 33", "6, 196, 32"})
  void scaleShiftEqualsItsDefinition(int n, int p, int c) {
    Parity.check(Text.of("scaleShift %d %d %d", n, p, c), (backend, in) -> {
      Tensor x = in.normal(n, p, c), steering = in.normal(n, 2 * c), dy = in.normal(n, p, c);
      Tensor y = x.like(), dx = x.like(), dsteering = steering.like();
      backend.normalization().scaleShift(x, steering, y);
      backend.normalization().scaleShiftGrad(x, steering, dy, dx, dsteering);
      return List.of(y, dx, dsteering);
    });
  }

  @Test
  void scratchComesBackToThePool() {
    GroupGeometry at = new GroupGeometry(4, 300, 16, 4);
    try (PaddedBackend cpu = new PaddedBackend(2);
        Scope scope = Scope.open()) {
      Parity.Inputs in = new Parity.Inputs(cpu, new Random(1));
      Tensor x = in.normal(4, 300, 16), gamma = in.normal(16), beta = in.normal(16);
      Tensor y = x.like(), mean = in.empty(4, 4), rstd = in.empty(4, 4), dgamma = in.empty(16);
      for (int i = 0; i < 3; i++) {
        cpu.normalization().groupNorm(at, x, gamma, beta, EPS, y, mean, rstd);
        cpu.normalization().groupNormGrad(at, x, gamma, mean, rstd, x, y, dgamma, beta);
        assertEquals(cpu.pool.allocatedBytes(), cpu.pool.idleBytes());
      }
    }
  }
}
