package brume.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Every kind of vector operation, once, before C2 compiles any.
 *
 * <p>The Vector API looks each operation up in a cache, and fills a place of it at its first use. If
 * the look-up has been compiled by then, that use is a surprise, and C2 counts surprises: those of the
 * look-up once for every operation that a method contains. At {@code -XX:PerMethodTrapLimit}, 100, it
 * believes nothing any more that a profile says of classes, and then, on JDK 17, keeps vectors of that
 * method as objects. A tile of products has 32 operations, so four surprises in some
 * unlucky order of threads made it six times slower for as long as the process ran.
 */
final class VectorOperations {

  private VectorOperations() {}

  /**
   * Uses them all.
   *
   * @return a number that depends on all, so that none is left out
   */
  static float useAll() {
    FloatVector one = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 1);
    FloatVector two = one.add(one);
    FloatVector binary = two.sub(one).mul(two).div(one).max(one).min(two);
    FloatVector all = binary.neg().abs().sqrt().fma(one, two);
    IntVector bits = all.reinterpretAsInts();
    IntVector shifted = bits.lanewise(VectorOperators.LSHL, 1)
        .lanewise(VectorOperators.AND, bits)
        .lanewise(VectorOperators.OR, bits);
    return shifted.reinterpretAsFloats().reduceLanes(VectorOperators.MAX);
  }
}
