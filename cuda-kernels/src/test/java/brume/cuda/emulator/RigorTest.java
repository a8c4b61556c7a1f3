package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.tensor.Text;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in which an emulated GPU can be stricter fires on a small faulty kernel. */
class RigorTest {

  private final EmulatedDriver races = EmulatedDriver.open(1 << 20, Set.of(Rigor.RACES));

  // ---- Races in device memory

  @Test
  void twoThreadsThatWriteOneWordAreARace() {
    long out = races.allocate(4);
    assertTells(
        fault(races, "st.global.u32 [%rd2], %r2;", Grid.of(1, 64), out, out),
        "a race: a write of byte 0 of device memory, not ordered with the write by thread number 31"
            + " of block number 0");
    String oneThread = "setp.eq.s32 %p1, %r2, 40; @%p1 st.global.u32 [%rd2], %r2;";
    launch(races, oneThread, Grid.of(1, 64), out, out);
    launch(races, oneThread, Grid.of(1, 64), out, out); // another launch comes after the first
  }

  @Test
  void twoBlocksThatWriteOneWordAreARace() {
    long out = races.allocate(4);
    CudaException fault = fault(races, "st.global.u32 [%rd2], %r1;", Grid.of(2, 1), out, out);
    assertTells(fault, "a race: a write", "not ordered with the write by thread number 0 of block");
    EmulatedDriver lenient = EmulatedDriver.open(1 << 20);
    long there = lenient.allocate(4);
    launch(lenient, "st.global.u32 [%rd2], %r1;", Grid.of(2, 1), there, there);
  }

  @Test
  void aReadOfWhatAnotherBlockWritesIsARace() {
    long data = Ptx.upload(races, 1, 2);
    String body =
        """
        mov.u32 %r3, %ctaid.x;
        setp.eq.s32 %p1, %r3, 0;
        @%p1 st.global.u32 [%rd1], %r3;
        @!%p1 ld.global.u32 %r4, [%rd1];
        """;
    assertTells(fault(races, body, Grid.of(2, 1), data, data), "a race: a ");
  }

  @Test
  void aBarrierOrdersTheThreadsOfABlockButNotTwoBlocks() {
    long data = Ptx.upload(races, new int[128]);
    // Each thread writes its word and reads that of the other warp.
    String write = "st.global.u32 [%rd3], %r2;";
    String read =
        "xor.b32 %r3, %r2, 32; mad.wide.u32 %rd5, %r3, 4, %rd1; ld.global.u32 %r4, [%rd5];";
    assertTells(
        fault(races, write + read, Grid.of(1, 64), data, data),
        "a race: a ",
        "by thread number 0 of block number 0");
    launch(races, write + "bar.sync 0;" + read, Grid.of(1, 64), data, data);
    launch(races, read + "bar.sync 0;" + write, Grid.of(1, 64), data, data);
    assertTells(fault(races, read + write, Grid.of(1, 64), data, data), "a race: a ");
    assertTells(
        fault(races, write + "bar.sync 0;" + read, Grid.of(2, 64), data, data), "a race: a ");
  }

  @Test
  void blocksThatMeetMayReadWhatTheOthersWroteBefore() {
    long data = Ptx.upload(races, new int[128]), counter = Ptx.upload(races, 0);
    // Each block writes two words; who comes to the counter last reads all of them.
    String write =
        """
        mov.u32 %r3, %ctaid.x;
        mad.lo.u32 %r3, %r3, 64, %r2;
        mad.wide.u32 %rd5, %r3, 4, %rd1;
        st.global.u32 [%rd5], %r3;
        """;
    String meet =
        "mov.u32 %r4, 0; setp.eq.s32 %p1, %r2, 0; @%p1 atom.global.inc.u32 %r4, [%rd2], 1; setp.eq.s32 %p2, %r4, 1;";
    String read = "xor.b32 %r3, %r3, 64; mad.wide.u32 %rd5, %r3, 4, %rd1;"
        + "@%p2 ld.global.u32 %r4, [%rd5];";
    String fence = "membar.gl;", barrier = "bar.sync 0;";
    Grid grid = Grid.of(2, 64);
    launch(races, write + barrier + fence + meet + barrier + read, grid, data, counter);
    assertArrayEquals(new int[] {0}, Ptx.download(races, counter, 1));
    for (String careless : new String[] {
      write + fence + meet + barrier + read,
      write + barrier + meet + barrier + read,
      write + barrier + fence + meet + read,
    }) {
      long fresh = Ptx.upload(races, 0);
      assertTells(fault(races, careless, grid, data, fresh), "a race: a read");
    }
    String stale = read.replace("ld.global", "ld.global.nc");
    assertTells(
        fault(races, write + barrier + fence + meet + barrier + stale, grid, data, counter),
        "ld.global.nc of byte");
  }

  @Test
  void manyReadersThenOneWriterAreARaceUntilABarrier() {
    long data = Ptx.upload(races, 7);
    String read = "ld.global.u32 %r3, [%rd1];";
    String write = "setp.eq.s32 %p1, %r2, 0; @%p1 st.global.u32 [%rd1], %r2;";
    launch(races, read + "bar.sync 0;" + read + "bar.sync 0;" + write, Grid.of(1, 96), data, data);
    String together = read + "bar.sync 0; setp.gt.s32 %p1, %r2, 31; @%p1 " + read + write;
    assertTells(fault(races, together, Grid.of(1, 96), data, data), "a race: a read");
    String last = read + "setp.eq.s32 %p1, %r2, 95; @%p1 st.global.u32 [%rd1], %r2;";
    assertTells(
        fault(races, last, Grid.of(1, 96), data, data),
        "a race: a write",
        "not ordered with reads by several threads");
  }

  @Test
  void nothingMayWriteWhatIsReadThroughTheReadOnlyCache() {
    long data = Ptx.upload(races, 1, 2, 3, 4);
    String increment = "add.s32 %r3, %r3, 1; st.global.u32 [%rd3], %r3;";
    launch(races, "ld.global.u32 %r3, [%rd3];" + increment, Grid.of(1, 4), data, data);
    assertTells(
        fault(races, "ld.global.nc.u32 %r3, [%rd3];" + increment, Grid.of(1, 4), data, data),
        "a write of byte 0, which thread number 0 of block number 0 read by ld.global.nc in the same"
            + " launch",
        "leave __restrict__ off");
    String after = "st.global.u32 [%rd3], %r2; bar.sync 0; ld.global.nc.u32 %r3, [%rd3];";
    assertTells(
        fault(races, after, Grid.of(1, 4), data, data),
        "ld.global.nc of byte 0, which thread number 0 of block number 0 wrote in the same launch");
  }

  // ---- What a device has

  @Test
  void moreThreadsThanTheKernelWasCompiledForAreRefused() {
    EmulatedDriver driver = EmulatedDriver.open(1 << 20);
    String text =
        Ptx.kernel("").replace(".param .u32 p2) {", ".param .u32 p2)\n.maxntid 8, 4, 1\n{");
    Kernel kernel = driver.load("test.ptx", text).kernel("k");
    driver.launch(kernel, Grid.of(1, 32), new Arguments().i64(0, 0).i32(0));
    CudaException refused = assertThrows(
        CudaException.class,
        () -> driver.launch(kernel, Grid.of(1, 33), new Arguments().i64(0, 0).i32(0)));
    assertEquals(CudaStatus.LAUNCH_OUT_OF_RESOURCES, refused.status());
    assertTells(refused, "launch of k: expected at most the 32 threads of .maxntid, got 33");
  }

  @Test
  void moreSharedMemoryThanABlockCanHaveIsRefused() {
    EmulatedDriver driver = EmulatedDriver.open(1 << 20);
    int most = (227 << 10) - 256; // the kernel itself declares 256 bytes
    launch(driver, "", Grid.of(1, 1).withShared(most), 0, 0);
    assertTells(
        fault(driver, "", Grid.of(1, 1).withShared(most + 1), 0, 0),
        "expected at most 232448 bytes of shared memory, got 232449");
  }

  // ---- Work that is done later

  @Test
  void aFaultShowsOnlyWhenSomebodyWaits() {
    EmulatedDriver driver = EmulatedDriver.open(1 << 20, Set.of(Rigor.ASYNCHRONOUS));
    long out = driver.allocate(16);
    launch(driver, "ld.global.u32 %r3, [%rd1];", Grid.of(1, 1), out, out);
    CudaException late = assertThrows(CudaException.class, driver::synchronize);
    assertTells(late, "k (test.ptx:14", "never written");
    driver.synchronize();
  }

  @Test
  void whatIsDoneLaterIsDoneInOrder() {
    EmulatedDriver driver = EmulatedDriver.open(1 << 20, Set.of(Rigor.ASYNCHRONOUS));
    long data = Ptx.upload(driver, 1, 2, 3);
    String twice = "ld.global.u32 %r3, [%rd3]; add.s32 %r3, %r3, %r3; st.global.u32 [%rd3], %r3;";
    launch(driver, twice, Grid.of(1, 3), data, data);
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(twice)).kernel("k");
    Arguments arguments = new Arguments().i64(data, data).i32(3);
    try (Graph graph = driver.capture(() -> driver.launch(kernel, Grid.of(1, 3), arguments))) {
      graph.launch();
      graph.launch();
    }
    assertArrayEquals(new int[] {8, 16, 24}, Ptx.download(driver, data, 3));
    long freed = Ptx.upload(driver, 1);
    launch(driver, twice, Grid.of(1, 1), freed, freed);
    driver.free(freed); // waits, as a GPU does
    driver.synchronize();
  }

  // ---- Approximate functions

  /** The figures of the Parallel Thread Execution ISA 9.1, sections 9.7.3.8 to 9.7.3.22. */
  @ParameterizedTest
  @CsvSource({
    "RCP, 0.01, 100, 1, -inf, -inf",
    "DIV, 0.01, 100, 2, -inf, -inf",
    "DIV_FULL, 0.01, 100, 2, -inf, -inf",
    "EX2, -100, 100, 2, -inf, -inf",
    "SQRT, 0.01, 100, 0, -23, -inf",
    "RSQRT, 0.01, 100, 0, -22.9, -inf",
    "LG2, 0.51, 1.99, 0, -inf, -22",
    "LG2, 2, 100, 0, -22, -inf",
    "SIN, -6.28, 6.28, 0, -inf, -20.5",
    "SIN, 6.29, 314, 0, -inf, -14.7",
    "COS, -314, -6.29, 0, -inf, -14.7",
    "TANH, -3, 3, 0, -11, -inf"
  })
  void approximateFunctionsAreAsInexactAsTheyMayBe(
      Approximation function, float from, float to, int units, String relative, String absolute) {
    double worst = 0; // as a part of what is allowed
    for (int i = 0; i <= 1000; i++) {
      float x = from + (to - from) * i / 1000;
      float near = function.rounded(x, 0.7f), loose = function.loosely(x, 0.7f);
      double off = Math.abs((double) near - loose), ulp = Math.ulp(near);
      double allowed = units * ulp
          + power(relative) * Math.abs(near)
          + power(absolute)
          + (units > 0 ? 0 : ulp / 2); // near itself is rounded
      assertTrue(off <= allowed, function + " of " + x + ": " + off + ", allowed " + allowed);
      worst = Math.max(worst, off / allowed);
    }
    assertTrue(worst > 0.6, function + " is off by " + worst + " of what is allowed");
  }

  private static double power(String exponent) {
    return exponent.equals("-inf") ? 0 : Math.pow(2, Double.parseDouble(exponent));
  }

  @Test
  void approximateFunctionsKeepTheirSpecialValues() {
    assertEquals(Float.POSITIVE_INFINITY, Approximation.EX2.loosely(1000, 0));
    assertEquals(0f, Approximation.DIV.rounded(1, 0x1.8p126f));
    assertEquals(-0f, Approximation.DIV.rounded(1, -0x1.8p126f));
    assertEquals(Float.NaN, Approximation.DIV.rounded(Float.POSITIVE_INFINITY, 0x1.8p126f));
    assertEquals(0x1p-126f, Approximation.DIV.rounded(1, 0x1p126f));
    assertEquals(0x1.8p-1f, Approximation.DIV_FULL.rounded(0x1.2p126f, 0x1.8p126f));
    assertEquals(0f, result(EmulatedDriver.open(1 << 20), Text.of(DIVIDE, "approx"), 0x1.8p126f));
    assertNotEquals(0f, result(EmulatedDriver.open(1 << 20), Text.of(DIVIDE, "full"), 0x1.8p126f));
  }

  private static final String DIVIDE =
      "ld.global.f32 %%f1, [%%rd3]; div.%s.f32 %%f2, %%f1, %%f1; st.global.f32 [%%rd4], %%f2;";

  @Test
  void aKernelSeesTheInexactFunctions() {
    EmulatedDriver exact = EmulatedDriver.open(1 << 20);
    EmulatedDriver loose = EmulatedDriver.open(1 << 20, Set.of(Rigor.APPROXIMATE));
    String body =
        "ld.global.f32 %f1, [%rd3]; ex2.approx.ftz.f32 %f2, %f1; st.global.f32 [%rd4], %f2;";
    float near = result(exact, body, 0.3f), far = result(loose, body, 0.3f);
    assertNotEquals(near, far);
    assertEquals(near, far, 3 * Math.ulp(near));
    String rounded = body.replace("ex2.approx.ftz.f32", "sqrt.rn.f32");
    assertEquals(result(exact, rounded, 0.3f), result(loose, rounded, 0.3f));
  }

  private static float result(EmulatedDriver driver, String body, float x) {
    long in = Ptx.upload(driver, x), out = driver.allocate(4);
    launch(driver, body, Grid.of(1, 1), in, out);
    return Ptx.downloadFloats(driver, out, 1)[0];
  }

  // ---- Launching

  private static void launch(Driver driver, String body, Grid grid, long in, long out) {
    Kernel kernel = driver.load("test.ptx", Ptx.kernel(body)).kernel("k");
    driver.launch(kernel, grid, new Arguments().i64(in, out).i32(grid.threads()));
  }

  private CudaException fault(Driver driver, String body, Grid grid, long in, long out) {
    return assertThrows(CudaException.class, () -> launch(driver, body, grid, in, out));
  }

  private static void assertTells(CudaException fault, String... parts) {
    for (String part : parts) {
      assertTrue(
          String.valueOf(fault.getMessage()).contains(part),
          part + "\nexpected in: " + fault.getMessage());
    }
  }
}
