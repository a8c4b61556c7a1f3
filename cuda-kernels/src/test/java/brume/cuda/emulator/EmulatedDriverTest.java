package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Memory, launches and graphs of the emulated GPU. */
class EmulatedDriverTest {

  private static final String DOUBLE =
      """
      ld.global.u32 %r3, [%rd3];
      add.s32 %r3, %r3, %r3;
      st.global.u32 [%rd3], %r3;
      """;

  private final EmulatedDriver driver = EmulatedDriver.open(1 << 20);

  @Test
  void memoryIsCountedAndGivenBack() {
    long free = driver.freeMemory();
    assertEquals(driver.totalMemory(), free);
    long address = driver.allocate(1000);
    assertEquals(free - 1000, driver.freeMemory());
    assertEquals(0, address % 256);
    driver.free(address);
    assertEquals(free, driver.freeMemory());
    assertThrows(CudaException.class, () -> driver.free(address + 4));
    for (Runnable again : List.<Runnable>of(
        () -> driver.free(address), () -> driver.lend(address, 4), () -> driver.reclaim(address))) {
      assertTells(assertThrows(CudaException.class, again::run), "which was freed");
    }
    assertEquals(free, driver.freeMemory());
  }

  @Test
  void tooMuchMemoryIsRefusedWithItsStatus() {
    CudaException refusal = assertThrows(CudaException.class, () -> driver.allocate((1 << 20) + 1));
    assertEquals(CudaStatus.OUT_OF_MEMORY, refusal.status());
    assertTells(refusal, "1048577 bytes do not fit into the 1048576 free of 1048576");
  }

  @Test
  void copiesAndFillsWriteMemory() {
    long a = Ptx.upload(driver, 1, 2, 3, 4);
    long b = driver.allocate(16);
    driver.fill(b, 7, 4);
    driver.copy(a + 4, b, 8);
    assertArrayEquals(new int[] {2, 3, 7, 7}, Ptx.download(driver, b, 4));
    assertTells(
        assertThrows(CudaException.class, () -> driver.copy(a, b + 4, 16)),
        "copy: write of 16 bytes",
        "4 bytes past the end of the 16 allocated");
  }

  @Test
  void downloadOfWhatWasNeverWrittenIsRefused() {
    long a = driver.allocate(16);
    driver.fill(a, 1, 3);
    assertTells(
        assertThrows(CudaException.class, () -> Ptx.download(driver, a, 4)),
        "download: read of 16 bytes",
        "never written");
    long b = driver.allocate(16);
    driver.copy(a, b, 16);
    assertArrayEquals(new int[] {1, 1, 1}, Ptx.download(driver, b, 3));
    assertThrows(CudaException.class, () -> Ptx.download(driver, b + 12, 1));
  }

  @Test
  void buffersKeepTheirPosition() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(12).position(4);
    long a = driver.allocate(8);
    driver.upload(bytes, a);
    assertEquals(4, bytes.position());
    driver.download(a, bytes);
    assertEquals(8, bytes.remaining());
  }

  @Test
  void graphsRepeatWhatWasRecorded() {
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(DOUBLE)).kernel("k");
    long a = Ptx.upload(driver, 1, 2, 3);
    Arguments arguments = new Arguments().i64(a, a).i32(3);
    Graph graph = driver.capture(() -> {
      driver.launch(kernel, Grid.of(1, 3), arguments);
      driver.fill(a + 4, 9, 1);
    });
    assertArrayEquals(new int[] {1, 2, 3}, Ptx.download(driver, a, 3));
    graph.launch();
    graph.launch();
    assertArrayEquals(new int[] {4, 9, 12}, Ptx.download(driver, a, 3));
  }

  @Test
  void memoryIsLentAndReclaimedAgainWhenAGraphIsRepeated() {
    long a = driver.allocate(16);
    Graph graph = driver.capture(() -> {
      driver.lend(a, 8);
      driver.fill(a, 1, 2);
      driver.reclaim(a);
    });
    graph.launch();
    graph.launch();
    assertThrows(CudaException.class, () -> driver.fill(a, 1, 1));
  }

  @Test
  void whatAGraphCannotHoldIsRefusedWhileCapturing() {
    long a = Ptx.upload(driver, 1, 2, 3);
    ByteBuffer bytes = ByteBuffer.allocate(4);
    List<Runnable> calls = List.of(
        () -> driver.allocate(4),
        () -> driver.free(a),
        () -> driver.upload(bytes, a),
        () -> driver.download(a, bytes),
        driver::synchronize,
        () -> driver.load("x.ptx", Ptx.kernel("")),
        () -> driver.capture(() -> {}));
    for (Runnable call : calls) {
      CudaException refusal = assertThrows(CudaException.class, () -> driver.capture(call));
      assertEquals(CudaStatus.CAPTURING, refusal.status());
    }
    driver.synchronize();
  }

  @Test
  void gridsReachEveryThreadOnce() {
    String body =
        """
        mov.u32 %r3, %ctaid.x; mov.u32 %r4, %ctaid.y; mov.u32 %r5, %ctaid.z;
        mov.u32 %r6, %nctaid.x; mov.u32 %r7, %nctaid.y;
        mad.lo.s32 %r8, %r5, %r7, %r4;
        mad.lo.s32 %r8, %r8, %r6, %r3;
        mov.u32 %r9, %tid.x; mov.u32 %r10, %tid.y; mov.u32 %r11, %tid.z;
        mov.u32 %r12, %ntid.x; mov.u32 %r13, %ntid.y; mov.u32 %r14, %ntid.z;
        mad.lo.s32 %r15, %r11, %r13, %r10;
        mad.lo.s32 %r15, %r15, %r12, %r9;
        mul.lo.s32 %r16, %r12, %r13;
        mul.lo.s32 %r16, %r16, %r14;
        mad.lo.s32 %r17, %r8, %r16, %r15;
        mad.wide.u32 %rd5, %r17, 4, %rd2;
        atom.global.add.u32 %r18, [%rd5], 1;
        """;
    Grid grid = new Grid(2, 3, 4, 5, 3, 4, 0);
    int count = 24 * 60;
    long out = driver.allocate(4 * count);
    driver.fill(out, 41, count);
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(body)).kernel("k");
    driver.launch(kernel, grid, new Arguments().i64(out, out).i32(0));
    assertArrayEquals(
        IntStream.generate(() -> 42).limit(count).toArray(), Ptx.download(driver, out, count));
  }

  @Test
  void instructionsAreCounted() {
    Kernel kernel = driver.load("test.ptx", Ptx.kernel("")).kernel("k");
    driver.launch(kernel, Grid.of(3, 50), new Arguments().i64(0, 0).i32(0));
    assertEquals(3 * 50 * 7, driver.executedInstructions());
  }

  @Test
  void missingKernelsAreNamed() {
    assertTells(
        assertThrows(
            CudaException.class, () -> driver.load("test.ptx", Ptx.kernel("")).kernel("other")),
        "test.ptx: expected a kernel called other");
  }

  private static void assertTells(CudaException refusal, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
    }
  }
}
