package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.emulator.EmulatedDriver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Group normalization keeps in shared memory what fits, all of a group, some of it or nothing, and computes
 * the same bits.
 */
class GroupNormSharedMemoryTest {

  private static final int POSITIONS = 700, CHANNELS = 12, GROUPS = 2;
  private static final int DECLARED = 9 << 10;
  private static final int WHOLE = 700 * 6 * 2 * Float.BYTES; // a group, backward

  @ParameterizedTest
  @ValueSource(ints = {0, DECLARED, DECLARED + WHOLE / 5, DECLARED + WHOLE / 2})
  void bitsDoNotDependOnHowMuchIsKept(int sharedBytes) {
    Result few = Result.of(sharedBytes), all = Result.of(227 << 10);
    assertTrue(few.mostShared <= sharedBytes, few.mostShared + " of " + sharedBytes);
    assertTrue(all.mostShared >= WHOLE, "kept only " + all.mostShared);
    assertFalse(all.numbers.isEmpty());
    for (int i = 0; i < all.numbers.size(); i++) {
      assertArrayEquals(all.numbers.get(i), few.numbers.get(i), "result " + i);
    }
  }

  @Test
  void noSamplesHaveGradientsOfZero() {
    CudaBackend backend = new CudaBackend(
        "emulator", EmulatedDriver.open(1 << 20), Optional.empty(), Optional.empty());
    try (Scope scope = Scope.open()) {
      GroupGeometry at = new GroupGeometry(0, POSITIONS, CHANNELS, GROUPS);
      Tensor gamma = Tensor.empty(backend, Shape.of(CHANNELS)), dgamma = gamma.like();
      Tensor none = Tensor.empty(backend, Shape.of(0)), dbeta = gamma.like();
      backend.normalization().groupNormGrad(at, none, gamma, none, none, none, none, dgamma, dbeta);
      assertArrayEquals(new float[CHANNELS], dgamma.toFloats());
      assertArrayEquals(new float[CHANNELS], dbeta.toFloats());
    }
  }

  /** Results forward and backward, and the most dynamic shared memory of a launch. */
  private record Result(List<float[]> numbers, int mostShared) {

    static Result of(int sharedBytes) {
      AtomicInteger most = new AtomicInteger();
      EmulatedDriver emulated = EmulatedDriver.open(64 << 20);
      Driver poor = Intercepted.driver(emulated, "sharedBytes", none -> sharedBytes);
      Driver watched = Intercepted.driver(poor, "launch", arguments -> {
        Grid grid = (Grid) arguments[1];
        most.accumulateAndGet(grid.sharedBytes(), Math::max);
        emulated.launch((Kernel) arguments[0], grid, (Arguments) arguments[2]);
        return null;
      });
      CudaBackend backend =
          new CudaBackend("emulator", watched, Optional.empty(), Optional.empty());
      try (Scope scope = Scope.open()) {
        return new Result(run(backend), most.get());
      }
    }

    private static List<float[]> run(CudaBackend backend) {
      Shape shape = Shape.of(2, POSITIONS, CHANNELS), steering = Shape.of(2, 2 * CHANNELS);
      GroupGeometry at = GroupGeometry.of(shape, GROUPS);
      Shape channels = Shape.of(CHANNELS);
      Tensor x = random(backend, "x", shape), dy = random(backend, "dy", shape);
      Tensor gamma = random(backend, "gamma", channels), beta = random(backend, "beta", channels);
      Tensor steer = random(backend, "steer", steering), y = x.like(), dx = x.like();
      Tensor mean = Tensor.empty(backend, at.perGroup()), rstd = mean.like();
      Tensor dgamma = gamma.like(), dbeta = beta.like(), dsteer = steer.like();
      backend.normalization().groupNormSiLU(at, x, gamma, beta, steer, 1e-5, y, mean, rstd);
      Tensor dxSums = backend
          .normalization()
          .groupNormSiLUGrad(at, x, gamma, beta, steer, mean, rstd, dy, dx, dgamma, dbeta, dsteer)
          .orElseThrow();
      List<float[]> numbers = new ArrayList<>();
      for (Tensor result : List.of(y, mean, rstd, dx, dgamma, dbeta, dsteer, dxSums)) {
        numbers.add(result.toFloats());
      }
      return numbers;
    }

    private static Tensor random(CudaBackend backend, String name, Shape shape) {
      float[] values = new float[shape.size()];
      RandomKey.of(1).child(name).fillNormal(0, values, 0, values.length);
      return Tensor.of(backend, shape, values);
    }
  }
}
