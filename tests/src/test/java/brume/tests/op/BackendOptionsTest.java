package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can be chosen of a backend, how, and what is refused. */
class BackendOptionsTest {

  private static final String LEVEL = "cuda.level";
  private static final String PROPERTY = "brume.cuda.level";

  private final BackendProvider emulator = Backends.providers().stream()
      .filter(provider -> provider.name().equals("emulator"))
      .findFirst()
      .orElseThrow();

  @AfterEach
  void forgetTheProperty() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void anOptionChoosesAndAPropertyWhereThereIsNone() {
    assertTrue(!opened(BackendOptions.none()).contains("cuBLAS"));
    assertTrue(opened(level("cublas")).contains("cuBLAS"), opened(level("cublas")));
    System.setProperty(PROPERTY, "cublas");
    assertTrue(opened(BackendOptions.none()).contains("cuBLAS"));
    assertTrue(!opened(level("driver")).contains("cuBLAS"));
  }

  @Test
  void aWrongValueIsRefusedWithThePlaceItCameFrom() {
    assertEquals(
        "cuda.level: expected one of driver, cublas, cudnn, got cufft",
        refusal(() -> emulator.open(0, level("cufft"))));
    System.setProperty(PROPERTY, "cufft");
    assertEquals(
        "brume.cuda.level: expected one of driver, cublas, cudnn, got cufft",
        refusal(() -> emulator.open(0, BackendOptions.none())));
    for (String threads : new String[] {"0", "-2", "two", "", "2147483648"}) {
      assertEquals(
          "threads: expected a whole number of 1 or more, got " + threads,
          refusal(() -> BackendOption.number("threads").check("threads", threads)));
    }
  }

  @Test
  void aBackendRefusesOptionsThatAreNotItsOwn() {
    BackendOptions threads = BackendOptions.none().with("threads", "2");
    assertEquals(
        "reference: expected no options, got threads=2",
        refusal(() -> Backends.named("reference", threads)));
    assertEquals(
        "emulator: expected options among cuda.level, cuda.math, cuda.recording, got threads=2",
        refusal(() -> Backends.named("emulator", threads)));
  }

  @Test
  void whatIsOpenIsSharedAndKeepsItsOptions() {
    Backend shared = Backends.named("emulator");
    assertSame(shared, Backends.named("emulator", BackendOptions.none()));
    assertNotSame(shared, emulator.open(0, BackendOptions.none()));
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> Backends.named("emulator", level("cudnn")));
    assertEquals(
        "emulator: expected the options it was opened with (none), got cuda.level=cudnn; a process"
            + " opens a device once",
        refused.getMessage());
  }

  private String opened(BackendOptions options) {
    return emulator.open(0, options).describe();
  }

  private static BackendOptions level(String name) {
    return BackendOptions.none().with(LEVEL, name);
  }

  private static String refusal(Runnable opening) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, opening::run).getMessage());
  }
}
