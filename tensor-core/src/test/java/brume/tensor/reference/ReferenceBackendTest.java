package brume.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.DType;
import brume.tensor.Storage;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

class ReferenceBackendTest {

  @Test
  void isFoundByItsName() {
    Backend backend = Backends.named("reference");
    assertEquals("reference", backend.name());
    assertEquals(DType.F64, backend.defaultDType());
    assertSame(backend, Backends.reference());
  }

  @Test
  void unknownNamesAreRefusedWithTheKnownOnes() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Backends.named("abacus"));
    assertTrue(e.getMessage().matches("device: expected one of .*reference.*, got abacus"));
  }

  @Test
  void freshMemoryIsNotANumber() {
    Storage storage = new ReferenceBackend().allocate(3, DType.F64);
    double[] numbers = new double[3];
    storage.read(0, numbers, 0, 3);
    for (double number : numbers) {
      assertTrue(Double.isNaN(number));
    }
  }

  @Test
  void countsTheBytesInUse() {
    Backend backend = new ReferenceBackend();
    Storage a = backend.allocate(3, DType.F64), b = backend.allocate(5, DType.F64);
    assertEquals(64, backend.liveBytes());
    a.free();
    a.free();
    assertEquals(40, backend.liveBytes());
    b.free();
    assertEquals(0, backend.liveBytes());
  }
}
