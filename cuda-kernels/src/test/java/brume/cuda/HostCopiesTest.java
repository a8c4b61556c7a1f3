package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.emulator.EmulatedDriver;
import org.junit.jupiter.api.Test;

/** Copies that take more than one piece. */
class HostCopiesTest {

  private static final int LONG = (1 << 20) + 3; // numbers; a piece has 2^20

  private final EmulatedDriver driver = EmulatedDriver.open(64 << 20);
  private final CudaMemory memory = new CudaMemory("emulator", driver);
  private final HostCopies copies = new HostCopies(driver, memory);

  @Test
  void longTablesReachTheDeviceWhole() {
    int[] content = new int[LONG];
    for (int i = 0; i < LONG; i++) {
      content[i] = Float.floatToRawIntBits(i);
    }
    long address = copies.tables().address(content);
    float[] there = new float[LONG];
    copies.download(address, LONG, (floats, done) -> floats.get(there, done, floats.limit()));
    for (int i = 0; i < LONG; i++) {
      assertEquals(i, there[i]);
    }
  }
}
