package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import brume.cuda.emulator.EmulatedDriver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Recording;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Memory while work is recorded: of work that fails, and of other threads. */
class RecordedMemoryTest {

  private static final int LENGTH = 1000;

  private final CudaBackend backend =
      new CudaBackend("emulator", EmulatedDriver.open(1 << 20), Optional.empty(), Optional.empty());

  private void fill(double value) {
    try (Scope scope = Scope.open()) {
      backend.elementwise().fill(value, Tensor.empty(backend, Shape.of(LENGTH)));
    }
  }

  @Test
  void workThatFailsLeavesItsMemoryBehind() {
    fill(0);
    long reserved = backend.reservedBytes();
    AtomicInteger calls = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertThrows(
          StackOverflowError.class,
          () -> backend.record(() -> {
            fill(1);
            if (calls.incrementAndGet() % 2 == 0) {
              throw new StackOverflowError();
            }
          }));
      assertEquals(reserved, backend.reservedBytes());
    }
  }

  @Test
  void whoTakesMemoryMeanwhileWaitsAndHasItsOwn() {
    FutureTask<float[]> reading = new FutureTask<>(() -> {
      try (Scope scope = Scope.open()) {
        Tensor bystander = Tensor.of(backend, Shape.of(LENGTH), new float[LENGTH]);
        fill(1);
        return bystander.toFloats();
      }
    });
    Thread other = new Thread(reading, "bystander");
    AtomicInteger calls = new AtomicInteger();
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
      try (Recording recording = backend.record(() -> {
        if (calls.incrementAndGet() == 2) {
          other.start();
          while (other.getState() != Thread.State.BLOCKED) {
            LockSupport.parkNanos(1_000_000);
          }
        }
        fill(2);
      })) {
        recording.replay();
        assertArrayEquals(new float[LENGTH], reading.get());
      }
    });
  }
}
