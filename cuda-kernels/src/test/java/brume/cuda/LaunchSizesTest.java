package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.emulator.EmulatedDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Launches of few and of as many threads as a tensor can have numbers, on 132 multiprocessors. */
class LaunchSizesTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 32",
    "32, 1, 32",
    "33, 1, 64",
    "256, 1, 256",
    "257, 2, 256",
    "2147483616, 4224, 256",
    "2147483617, 4224, 256",
    "2147483647, 4224, 256"
  })
  void aThreadForEachElement(int count, int blocks, int threads) {
    List<Grid> launched = new ArrayList<>();
    Driver driver = Intercepted.driver(EmulatedDriver.open(1 << 20), "launch", arguments -> {
      launched.add((Grid) arguments[1]);
      return null;
    });
    new PtxModule(driver, "scale_shift").kernel("scale_shift").over(count).run();
    assertEquals(List.of(Grid.of(blocks, threads)), launched);
  }

  @Test
  void blocksOfFourRandomNumbers() {
    assertEquals(0, CudaRandom.blocks(3, 0));
    assertEquals(1, CudaRandom.blocks(0, 4));
    assertEquals(2, CudaRandom.blocks(1, 4));
    assertEquals((1 << 29) + 1, CudaRandom.blocks(3, Integer.MAX_VALUE));
  }
}
