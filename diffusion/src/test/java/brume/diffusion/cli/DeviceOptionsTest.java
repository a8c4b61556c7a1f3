package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --device auto} takes, and what it says. */
class DeviceOptionsTest {

  private final Backend gpu = Backends.reference(); // stands in for one
  private final List<String> said = new ArrayList<>();

  @TempDir
  private Path folder;

  @Test
  void aGpuThatWorksIsTakenAndNamed() {
    assertSame(gpu, auto(null, () -> gpu, absent()).orElseThrow());
    assertEquals(
        List.of("--device auto takes the GPU; --device cpu would compute without it"), said);
  }

  @Test
  void withoutADriverNothingIsSaidOfAGpu() {
    assertEquals(Optional.empty(), auto("libcuda.so.1 was not found", () -> gpu, absent()));
    assertEquals(List.of(), said);
  }

  @Test
  void withADriverTheReasonIsTold() throws IOException {
    Path driver = Files.createFile(folder.resolve("version"));
    assertEquals(Optional.empty(), auto("the driver is too old", () -> gpu, driver));
    assertEquals(
        List.of("--device auto takes the CPU; the GPU cannot be used: the driver is too old"),
        said);
  }

  @Test
  void aGpuThatFailsIsLeftAlone() {
    Supplier<Backend> failing = () -> {
      throw new IllegalStateException("the device was lost");
    };
    assertEquals(Optional.empty(), auto(null, failing, absent()));
    assertEquals(List.of("--device auto takes the CPU; the GPU failed: the device was lost"), said);
  }

  @Test
  void furtherGpusAreOffered() {
    assertEquals(
        "auto, cpu, cuda (or cuda:1 and so on for another GPU), reference",
        DeviceOptions.choices(List.of("cpu", "cuda", "reference")));
  }

  private Optional<Backend> auto(String whyNot, Supplier<Backend> open, Path driver) {
    BackendProvider cuda = new BackendProvider() {
      @Override
      public String name() {
        return "cuda";
      }

      @Override
      public Optional<String> whyNot() {
        return Optional.ofNullable(whyNot);
      }

      @Override
      public Backend open(int ordinal, BackendOptions options) {
        return gpu;
      }
    };
    return DeviceOptions.ifItWorks(cuda, open, driver, said::add);
  }

  private Path absent() {
    return folder.resolve("no driver here");
  }
}
