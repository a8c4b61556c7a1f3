package brume.tests.op;

import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.MpConcatenate.mpConcatenate;
import static brume.autograd.function.magnitude.MpFourier.mpFourier;
import static brume.autograd.function.magnitude.MpSilu.mpSilu;
import static brume.autograd.function.magnitude.NormalizeWeight.normalizeWeight;
import static brume.autograd.function.magnitude.PixelNorm.pixelNorm;
import static brume.tensor.Shape.of;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import java.util.stream.Stream;

/** Functions that keep magnitudes. */
final class MagnitudeCases {

  private MagnitudeCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.of(
        op("mpAdd", in(of(2, 3, 4), of(2, 3, 4)), v -> mpAdd(v[0], v[1], 0.3)),
        op("mpAdd, only the first", in(of(2, 3), of(2, 3)), v -> mpAdd(v[0], v[1], 0)),
        op("mpConcatenate", in(of(2, 3, 4), of(2, 3, 2)), v -> mpConcatenate(v[0], v[1], 0.5)),
        op("mpFourier", in(of(3), of(2)), v -> mpFourier(v[0], v[1])),
        op("mpSilu", in(of(2, 5)), v -> mpSilu(v[0])),
        op("pixelNorm", in(of(2, 3, 5)), v -> pixelNorm(v[0])),
        op("pixelNorm, first axis", in(of(4, 3)), v -> pixelNorm(v[0], 0)),
        op("normalizeWeight", in(of(3, 2, 2, 4)), v -> normalizeWeight(v[0], 1.5)));
  }

  // spotless:on
}
