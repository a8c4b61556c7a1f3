package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import org.junit.jupiter.api.Test;

/** Each check of the emulator fires on a small faulty kernel, and tells where. */
class FaultsTest {

  private final EmulatedDriver driver = EmulatedDriver.open(1 << 20);

  // ---- Device memory

  @Test
  void loadPastTheEndNamesKernelLineBlockAndThread() {
    long in = Ptx.upload(driver, 1, 2, 3);
    long out = driver.allocate(16);
    CudaException fault =
        fault("ld.global.u32 %r3, [%rd3]; st.global.u32 [%rd4], %r3;", 4, in, out);
    assertEquals(CudaStatus.ILLEGAL_ADDRESS, fault.status());
    assertTells(
        fault,
        "k (test.ptx:14, block (0, 0, 0), thread (3, 0, 0)) at 'ld.global.u32 %r3, [%rd3];': read of 4"
            + " bytes",
        "4 bytes past the end of the 12 allocated");
  }

  @Test
  void storeBeforeTheBeginningIsAFault() {
    long out = driver.allocate(16);
    CudaException fault = fault("st.global.u32 [%rd4+-8], %r2;", 4, out, out);
    assertTells(fault, "thread (0, 0, 0)", "write of 4 bytes", "8 bytes before the 16 allocated");
  }

  @Test
  void addressWithoutMemoryIsAFault() {
    assertTells(fault("ld.global.u32 %r3, [%rd1];", 1, 0x1000, 0), "where there is no memory");
  }

  @Test
  void misalignedLoadIsAFault() {
    long in = Ptx.upload(driver, 1, 2, 3, 4);
    CudaException fault = fault("ld.global.u32 %r3, [%rd1+2];", 1, in, in);
    assertEquals(CudaStatus.MISALIGNED_ADDRESS, fault.status());
    assertTells(fault, "access of 4 bytes", "no multiple of 4");
  }

  @Test
  void vectorsMustBeAlignedAsAWhole() {
    long in = Ptx.upload(driver, 1, 2, 3, 4, 5, 6, 7, 8);
    CudaException fault = fault("ld.global.v4.u32 {%r3, %r4, %r5, %r6}, [%rd1+4];", 1, in, in);
    assertTells(fault, "access of 16 bytes", "no multiple of 16");
  }

  @Test
  void useAfterFreeIsAFault() {
    long in = Ptx.upload(driver, 1, 2, 3, 4);
    driver.free(in);
    assertTells(
        fault("ld.global.u32 %r3, [%rd1];", 1, in, in), "in memory of 16 bytes that was freed");
  }

  @Test
  void useOfReclaimedMemoryIsAFaultUntilItIsLentAgain() {
    long in = Ptx.upload(driver, 1, 2, 3, 4);
    driver.reclaim(in);
    assertTells(fault("st.global.u32 [%rd1], %r1;", 1, in, in), "that was freed");
    driver.lend(in, 8);
    launch("st.global.u32 [%rd1], %r1;", 1, in, in);
    assertTells(
        fault("st.global.u32 [%rd1+8], %r1;", 1, in, in), "past the end of the 8 allocated");
    assertTells(fault("ld.global.u32 %r3, [%rd1+4];", 1, in, in), "never written");
  }

  @Test
  void readOfWhatWasNeverWrittenIsAFault() {
    long in = driver.allocate(16);
    launch("st.global.u16 [%rd1], %r1;", 1, in, in);
    CudaException fault = fault("ld.global.u32 %r3, [%rd1];", 1, in, in);
    assertTells(fault, "read of 4 bytes", "byte 0 of 16 allocated, which were never written");
    launch("ld.global.u16 %rs1, [%rd1];", 1, in, in);
  }

  @Test
  void addressesOutsideOfSharedMemoryAreAFault() {
    CudaException fault = fault("mov.u32 %r3, tile; st.shared.u32 [%r3+256], %r2;", 1, 0, 0);
    assertTells(fault, "write of 4 bytes of shared memory at 256, of 256 the block has");
  }

  @Test
  void writesToReadOnlyArgumentsDoNotCompile() {
    assertThrows(
        CudaException.class,
        () -> driver.load("test.ptx", Ptx.kernel("st.global.u32 7;")).kernel("k"));
  }

  // ---- Shared memory

  private static final String SLOT =
      "shl.b32 %r3, %r2, 2; mov.u32 %r4, tile; add.s32 %r4, %r4, %r3;";
  private static final String NEIGHBOR = "xor.b32 %r5, %r4, 4;";

  @Test
  void readOfUnwrittenSharedMemoryIsAFault() {
    assertTells(
        fault(SLOT + "ld.shared.u32 %r6, [%r4];", 1, 0, 0),
        "shared memory at 0, which was never written");
  }

  @Test
  void sharedMemoryOfTheBlockBeforeCountsAsUnwritten() {
    String body =
        """
        mov.u32 %r3, %ctaid.x;
        setp.ne.s32 %p1, %r3, 0;
        @!%p1 st.shared.u32 [tile], %r3;
        ld.shared.u32 %r4, [tile];
        """;
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(body)).kernel("k");
    Arguments arguments = new Arguments().i64(0, 0).i32(0);
    driver.launch(kernel, Grid.of(1, 1), arguments);
    CudaException fault =
        assertThrows(CudaException.class, () -> driver.launch(kernel, Grid.of(2, 1), arguments));
    assertTells(fault, "block (1, 0, 0)", "never written");
  }

  @Test
  void readWithoutBarrierAfterAnothersWriteIsARace() {
    String write = SLOT + NEIGHBOR + "st.shared.u32 [%r4], %r2;";
    String read = "ld.shared.u32 %r6, [%r5];";
    assertTells(
        fault(write + read, 64, 0, 0),
        "a race: a read of shared memory at 4, not ordered with the write by thread number 1");
    launch(write + "bar.sync 0;" + read, 64, 0, 0);
  }

  @Test
  void writeWithoutBarrierAfterAnothersReadIsARace() {
    String begin =
        SLOT + NEIGHBOR + "st.shared.u32 [%r4], %r2; bar.sync 0; ld.shared.u32 %r6, [%r5];";
    String write = "st.shared.u32 [%r4], %r6;";
    assertTells(fault(begin + write, 2, 0, 0), "a race: a write", "not ordered with the read by");
    launch(begin + "bar.sync 0;" + write, 2, 0, 0);
  }

  @Test
  void twoWritesToOneCellAreARace() {
    assertTells(
        fault("st.shared.u32 [tile], %r2;", 33, 0, 0), "a race: a write", "thread number 0");
  }

  @Test
  void meetingOfAWarpOrdersItsLanesOnly() {
    String write = SLOT + "st.shared.u32 [%r4], %r2; bar.warp.sync 0xffffffff;";
    launch(write + NEIGHBOR + "ld.shared.u32 %r6, [%r5];", 64, 0, 0);
    String otherWarp =
        "setp.gt.s32 %p1, %r2, 31; xor.b32 %r5, %r4, 128; @%p1 ld.shared.u32 %r6, [%r5];";
    assertTells(fault(write + otherWarp, 64, 0, 0), "a race: a read");
  }

  @Test
  void bytesSideBySideAreNoRace() {
    String body = "mov.u32 %r4, tile; add.s32 %r4, %r4, %r2; st.shared.u8 [%r4], %r2;";
    launch(body, 8, 0, 0);
  }

  @Test
  void atomicsOnOneCellAreNoRaceButAReadBesideThemIs() {
    String body =
        """
        setp.eq.s32 %p1, %r2, 0;
        @%p1 st.shared.u32 [tile], %r2;
        bar.sync 0;
        atom.shared.add.u32 %r3, [tile], 1;
        """;
    launch(body, 64, 0, 0);
    assertTells(fault(body + "ld.shared.u32 %r4, [tile];", 64, 0, 0), "a race: a read");
  }

  // ---- Threads that do not come together

  @Test
  void barrierThatSomeThreadsPassByIsAFault() {
    String body =
        """
        setp.lt.s32 %p1, %r2, 40;
        @%p1 bra SKIP;
        bar.sync 0;
        SKIP:
        """;
    assertTells(
        fault(body, 64, 0, 0),
        "thread (40, 0, 0)",
        "a barrier that not all threads reach: thread (0, 0, 0) has returned");
  }

  @Test
  void threadsAtDifferentBarriersAreAFault() {
    String body =
        """
        setp.lt.s32 %p1, %r2, 32;
        @%p1 bra OTHER;
        bar.sync 0;
        bra.uni END;
        OTHER:
        bar.sync 0;
        END:
        """;
    assertTells(fault(body, 64, 0, 0), "(test.ptx:19", "thread (32, 0, 0) waits at line 16");
  }

  @Test
  void shuffleThatALaneNeverReachesIsAFault() {
    String body =
        """
        setp.eq.s32 %p1, %r2, 5;
        @%p1 bra OTHER;
        shfl.sync.bfly.b32 %r3, %r2, 1, 31, -1;
        bra.uni END;
        OTHER:
        bar.sync 0;
        END:
        """;
    assertTells(fault(body, 32, 0, 0), "(test.ptx:16", "waits for thread (5, 0, 0)", "at line 19");
  }

  @Test
  void shuffleFromALaneThatHasReturnedIsAFault() {
    String body =
        """
        setp.gt.s32 %p1, %r2, 15;
        @%p1 exit;
        shfl.sync.down.b32 %r3, %r2, 8, 31, -1;
        """;
    assertTells(fault(body, 32, 0, 0), "thread (8, 0, 0)", "lane 16, which does not take part");
  }

  @Test
  void shuffleWithoutItsOwnLaneInTheMaskIsAFault() {
    String body = "shfl.sync.bfly.b32 %r3, %r2, 1, 31, 0x7fffffff;";
    assertTells(fault(body, 32, 0, 0), "thread (31, 0, 0)", "own lane 31, got 0x7fffffff");
  }

  // ---- The rest

  @Test
  void unknownInstructionsNameFileAndLine() {
    String text = Ptx.kernel("wgmma.fence.sync.aligned;");
    CudaException fault =
        assertThrows(CudaException.class, () -> driver.load("new.ptx", text).kernel("k"));
    assertEquals(CudaStatus.INVALID_PTX, fault.status());
    assertTells(fault, "new.ptx:14: unknown instruction 'wgmma.fence.sync.aligned;'");
  }

  @Test
  void unknownSuffixesAreUnknownInstructions() {
    String text = Ptx.kernel("min.xorsign.abs.f32 %f1, %f2, %f3;");
    assertTells(
        assertThrows(CudaException.class, () -> driver.load("new.ptx", text).kernel("k")),
        "unknown instruction 'min.xorsign.abs.f32 %f1, %f2, %f3;'");
  }

  @Test
  void divisionByZeroIsAFault() {
    assertTells(fault("div.u32 %r3, %r1, %r2;", 1, 0, 0), "an integer divided by zero");
  }

  @Test
  void ofSeveralFaultsTheFirstBlocksIsTold() {
    Kernel kernel =
        driver.load("test.ptx", Ptx.kernel("st.global.u32 [%rd2], %r2;")).kernel("k");
    for (int i = 0; i < 20; i++) {
      CudaException fault = assertThrows(
          CudaException.class,
          () -> driver.launch(kernel, Grid.of(64, 1), new Arguments().i64(0, 0).i32(0)));
      assertTells(fault, "block (0, 0, 0)");
    }
  }

  @Test
  void argumentsThatDoNotFitTheParametersAreRefused() {
    Kernel kernel = driver.load("test.ptx", Ptx.kernel("")).kernel("k");
    Arguments wrong = new Arguments().i64(0).i32(1, 2).i32(3);
    assertTells(
        assertThrows(CudaException.class, () -> driver.launch(kernel, Grid.of(1, 1), wrong)),
        "launch of k: expected 20 bytes of parameters (8 at 0, 8 at 8, 4 at 16), got 20 bytes (at 0, at 8,"
            + " at 12, at 16)");
  }

  @Test
  void faultlessKernelsAreFaultless() {
    assertArrayEquals(
        new int[] {2, 4, 6},
        Ptx.run(
            "ld.global.u32 %r3, [%rd3]; add.s32 %r3, %r3, %r3; st.global.u32 [%rd4], %r3;",
            1, 2, 3));
  }

  private void launch(String body, int threads, long in, long out) {
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(body)).kernel("k");
    driver.launch(kernel, Grid.of(1, threads), new Arguments().i64(in, out).i32(threads));
  }

  private CudaException fault(String body, int threads, long in, long out) {
    return assertThrows(CudaException.class, () -> launch(body, threads, in, out));
  }

  private static void assertTells(CudaException fault, String... parts) {
    for (String part : parts) {
      assertTrue(
          String.valueOf(fault.getMessage()).contains(part),
          part + "\nexpected in: " + fault.getMessage());
    }
  }
}
