package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.HeapStorage;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

class CpuBackendTest {

  @Test
  void isFoundByItsName() {
    assertEquals("cpu", Backends.cpu().name());
    assertTrue(Backends.cpu()
        .describe()
        .matches("cpu: \\d+ threads?, \\d+-bit vectors, single precision"));
  }

  @Test
  void countsTheBytesOfLiveTensors() {
    CpuBackend backend = new CpuBackend(1);
    try (Scope scope = Scope.open()) {
      Tensor.empty(backend, Shape.of(2, 3));
      assertEquals(24, backend.liveBytes());
    }
    assertEquals(0, backend.liveBytes());
  }

  @Test
  void closedScopesLendTheirArraysToTheNext() {
    CpuBackend backend = new CpuBackend(1);
    float[] first;
    try (Scope scope = Scope.open()) {
      first = HeapStorage.floats(Tensor.empty(backend, Shape.of(2, 3)));
    }
    try (Scope scope = Scope.open()) {
      assertSame(first, HeapStorage.floats(Tensor.empty(backend, Shape.of(6))));
    }
    assertEquals(24, backend.reservedBytes());
  }
}
