package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.EmulatedDriver;
import org.junit.jupiter.api.Test;

class CudaMemoryTest {

  private static final long MIB = 1 << 20;

  private final EmulatedDriver driver = EmulatedDriver.open(64 * MIB);
  private final CudaMemory memory = new CudaMemory("cuda", driver);

  @Test
  void whatWasGivenBackIsHandedOutAgain() {
    CudaMemory.Block first = memory.take(5 * MIB);
    first.close();
    CudaMemory.Block second = memory.take(5 * MIB);
    assertEquals(first.address(), second.address());
    assertNotEquals(second.address(), memory.take(5 * MIB).address());
    assertEquals(2, memory.statistics().allocated());
    assertEquals(3, memory.statistics().asked());
  }

  @Test
  void closingTwiceGivesBackOnce() {
    CudaMemory.Block block = memory.take(MIB);
    block.close();
    block.close();
    assertNotEquals(memory.take(MIB).address(), memory.take(MIB).address());
  }

  @Test
  void repeatedStepsTakeNoMoreMemory() {
    long reserved = 0;
    for (int step = 0; step < 5; step++) {
      try (CudaMemory.Block a = memory.take(3 * MIB);
          CudaMemory.Block b = memory.take(100);
          CudaMemory.Block c = memory.take(3 * MIB)) {
        assertEquals(6 * MIB + 100, memory.statistics().liveBytes());
        assertEquals(
            step == 0 ? memory.statistics().reservedBytes() : reserved,
            memory.statistics().reservedBytes());
        reserved = memory.statistics().reservedBytes();
      }
    }
    assertEquals(0, memory.statistics().liveBytes());
    assertEquals(6 * MIB + 100, memory.statistics().peakBytes());
    assertEquals(3, memory.statistics().allocated());
  }

  @Test
  void similarSizesShareBlocksThatWasteAtMostAnEighth() {
    assertEquals(512, CudaMemory.sizeOf(0));
    assertEquals(512, CudaMemory.sizeOf(512));
    assertEquals(4 * MIB, CudaMemory.sizeOf(4 * MIB));
    for (long bytes : new long[] {513, 5000, 12_345_678, 3_000_000_001L}) {
      long size = CudaMemory.sizeOf(bytes);
      assertTrue(bytes <= size && size - bytes <= Math.max(512, bytes / 8), bytes + ": " + size);
      assertEquals(size, CudaMemory.sizeOf(size));
    }
  }

  @Test
  void whatNobodyUsesIsReturnedBeforeMemoryRunsOut() {
    memory.take(40 * MIB).close();
    try (CudaMemory.Block other = memory.take(48 * MIB)) {
      assertEquals(CudaMemory.sizeOf(48 * MIB), memory.statistics().reservedBytes());
    }
  }

  @Test
  void anEndOfMemorySaysWhatWasAskedAndWhatIsInUse() {
    CudaMemory.Block large = memory.take(40 * MIB);
    memory.take(8 * MIB).close();
    CudaException refused = assertThrows(CudaException.class, () -> memory.take(30 * MIB));
    assertEquals(CudaStatus.OUT_OF_MEMORY, refused.status());
    assertEquals(
        "cuda: out of memory allocating 30.0 MiB, 40.0 MiB of 64.0 MiB in use: 40.0 MiB by tensors,"
            + " 0.0 MiB by everything else; try a smaller --batch, or stop other programs that use the"
            + " GPU",
        refused.getMessage());
    large.close();
    memory.take(30 * MIB).close();
  }
}
