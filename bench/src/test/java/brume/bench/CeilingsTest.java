package brume.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CeilingsTest {

  private static final Ceilings MACHINE = new Ceilings(List.of(
      new Figure("Roofline.fmaOneCore", "", 1, 1, 100, 0),
      new Figure("Roofline.fma256OneCore", "", 1, 1, 90, 0),
      new Figure("Roofline.fmaAllCores", "", 4, 1, 350, 0),
      new Figure("Roofline.copyOneCore", "512", 1, 1, 0, 80),
      new Figure("Roofline.triadOneCore", "512", 1, 1, 0, 60),
      new Figure("Roofline.copyAllCores", "512", 4, 1, 0, 300),
      new Figure("Roofline.copyOneCore", "8192", 1, 1, 0, 20),
      new Figure("Roofline.copyAllCores", "8192", 4, 1, 0, 30)));

  @Test
  void threadsAddUpToWhatAllCoresReach() {
    assertEquals(100, MACHINE.arithmetic(1));
    assertEquals(200, MACHINE.arithmetic(2));
    assertEquals(350, MACHINE.arithmetic(4));
  }

  @Test
  void memoryIsThatOfTheSmallestArraysThatAreLargeEnough() {
    assertEquals(80, MACHINE.memory(1, 512 << 10));
    assertEquals(20, MACHINE.memory(1, (512 << 10) + 1));
    assertEquals(20, MACHINE.memory(1, 1e12));
    assertEquals(300, MACHINE.memory(4, 2048 << 10));
    assertEquals(30, MACHINE.memory(4, (2048 << 10) + 1));
  }

  @Test
  void aFigureIsAPartOfTheLowerCeiling() {
    Figure dense = new Figure("MatmulBench.multiply", "", 1, 1000, 50, 0.01);
    assertEquals(new Ceilings.Share("arithmetic", 50), MACHINE.share(dense));
    Figure sparse = new Figure("OptimizerBench.adam", "", 1, 1000, 1, 10);
    assertEquals(new Ceilings.Share("memory", 50), MACHINE.share(sparse));
  }
}
