package brume.tensor.cpu;

import brume.tensor.Tensor;
import brume.tensor.kernel.StridedView;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CpuStridedTest {

  @ParameterizedTest
  @MethodSource("views")
  void gathersWhatTheReferenceGathers(String name, StridedView at, int elements) {
    Parity.check("gather, " + name, (backend, in) -> {
      Tensor y = in.empty(at.count());
      backend.strided().gather(at, in.normal(elements), y);
      return List.of(y);
    });
  }

  @ParameterizedTest
  @MethodSource("injectiveViews")
  void scattersWhatTheReferenceScatters(String name, StridedView at, int elements) {
    Parity.check("scatter, " + name, (backend, in) -> {
      Tensor y = in.empty(elements);
      backend.strided().scatter(at, in.normal(at.count()), y);
      return List.of(y);
    });
  }

  @ParameterizedTest
  @MethodSource("sums")
  void sumsWhatTheReferenceSums(String name, StridedView kept, StridedView over, int elements) {
    Parity.check("sum, " + name, (backend, in) -> {
      Tensor y = in.empty(kept.count());
      backend.strided().sum(kept, over, in.normal(elements), y);
      return List.of(y);
    });
  }

  static Stream<Arguments> views() {
    Stream<Arguments> repeating = Stream.of(
        Arguments.of("one element everywhere", view(new int[] {300, 70}, 0, 0), 5),
        Arguments.of("rows repeated", view(new int[] {30, 700}, 0, 1), 700),
        Arguments.of("columns repeated", view(new int[] {300, 17}, 1, 0), 300));
    return Stream.concat(injectiveViews(), repeating);
  }

  static Stream<Arguments> injectiveViews() {
    return Stream.of(
        Arguments.of("one element", view(new int[] {}), 3),
        Arguments.of("everything", view(new int[] {30, 50, 20}, 1000, 20, 1), 30000),
        Arguments.of("transpose", view(new int[] {150, 200}, 1, 150), 30000),
        Arguments.of("exchange", view(new int[] {3, 7, 50, 40}, 14000, 1, 280, 7), 42000),
        Arguments.of("diagonal", view(new int[] {211}, 212), 211 * 211),
        Arguments.of("diagonals", view(new int[] {40, 30}, 900, 31), 40 * 900),
        Arguments.of("part of the rows", view(new int[] {90, 20}, 25, 1), 90 * 25));
  }

  static Stream<Arguments> sums() {
    StridedView nothing = view(new int[] {});
    return Stream.of(
        Arguments.of("of everything", nothing, view(new int[] {200, 150}, 150, 1), 30000),
        Arguments.of("of a part", nothing, view(new int[] {20, 15}, 150, 1), 30000),
        Arguments.of("of a diagonal", nothing, view(new int[] {173}, 174), 173 * 173),
        Arguments.of("of rows", view(new int[] {200}, 150), view(new int[] {150}, 1), 30000),
        Arguments.of("of columns", view(new int[] {150}, 1), view(new int[] {200}, 150), 30000),
        Arguments.of("of long columns", view(new int[] {3}, 1), view(new int[] {20000}, 3), 60000),
        Arguments.of(
            "between", view(new int[] {9, 70}, 4200, 1), view(new int[] {60}, 70), 9 * 4200),
        Arguments.of(
            "around", view(new int[] {60}, 70), view(new int[] {9, 70}, 4200, 1), 9 * 4200),
        Arguments.of("of nothing", view(new int[] {5}, 1), view(new int[] {0}, 5), 5));
  }

  private static StridedView view(int[] sizes, int... strides) {
    return StridedView.of(sizes, strides);
  }
}
