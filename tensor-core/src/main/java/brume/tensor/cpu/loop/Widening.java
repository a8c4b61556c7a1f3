package brume.tensor.cpu.loop;

import brume.tensor.DType;
import brume.tensor.Halves;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What {@link Halves} widens, by vectors. */
public final class Widening {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, LANES.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LANES.vectorBitSize() / 2));

  private static final int SIGN = 0x80000000, MAGNITUDE = 0x7fff, INFINITE = 0x7c00;
  private static final int DROPPED = 13; // digits of single precision that half precision has not

  private Widening() {}

  /**
   * Numbers in single precision.
   *
   * @param dtype format of the bits
   * @param from bits of numbers
   * @param offset first element of the source
   * @param into receives the same numbers
   * @param at first element written there
   * @param count number of elements
   */
  public static void widen(DType dtype, short[] from, int offset, float[] into, int at, int count) {
    int done = LANES.loopBound(count);
    if (dtype == DType.F16) {
      ofF16(from, offset, into, at, done);
    } else {
      ofBf16(from, offset, into, at, done);
    }
    Halves.widen(dtype, from, offset + done, into, at + done, count - done);
  }

  private static void ofBf16(short[] from, int offset, float[] into, int at, int count) {
    for (int i = 0; i < count; i += LANES.length()) {
      ints(from, offset + i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(into, at + i);
    }
  }

  private static void ofF16(short[] from, int offset, float[] into, int at, int count) {
    for (int i = 0; i < count; i += LANES.length()) {
      IntVector bits = ints(from, offset + i);
      IntVector magnitude =
          bits.lanewise(VectorOperators.AND, MAGNITUDE).lanewise(VectorOperators.LSHL, DROPPED);
      IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      VectorMask<Integer> endless = magnitude.compare(VectorOperators.GE, INFINITE << DROPPED);
      finite
          .blend(magnitude.lanewise(VectorOperators.OR, 0x7f800000), endless)
          .lanewise(VectorOperators.OR, bits.lanewise(VectorOperators.AND, SIGN))
          .reinterpretAsFloats()
          .intoArray(into, at + i);
    }
  }

  private static IntVector ints(short[] from, int at) {
    return (IntVector)
        ShortVector.fromArray(SHORTS, from, at).convertShape(VectorOperators.S2I, INTS, 0);
  }
}
