package brume.tensor.cpu;

import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuRandomTest {

  @ParameterizedTest
  @CsvSource({"1, 0", "7, 3", "9000, 0", "9001, 5"})
  void drawsTheNumbersOfTheKey(int size, long first) {
    RandomKey key = RandomKey.of(42).child("test");
    Parity.check("random", 1e-7, (backend, in) -> {
      Tensor uniform = in.empty(size), normal = in.empty(size);
      Tensor x = in.normal(size), dropped = in.empty(size);
      backend.random().uniform(key, first, uniform);
      backend.random().normal(key, first, normal);
      backend.random().dropout(key, 0.3, x, dropped);
      backend.random().dropout(key, 0.3, x, x);
      return List.of(uniform, normal, dropped, x);
    });
  }
}
