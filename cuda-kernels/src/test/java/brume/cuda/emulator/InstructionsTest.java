package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single instructions, by the words of the PTX manual. */
class InstructionsTest {

  // spotless:off
  @ParameterizedTest
  @CsvSource(delimiterString = "=>", value = {
    "add.s32 %r10, %r3, -5 => 7 => 2",
    "sub.u32 %r10, 3, %r3 => 5 => -2",
    "add.sat.s32 %r10, %r3, 10 => 2147483640 => 2147483647",
    "mul.lo.s32 %r10, %r3, 65537 => 100000 => 2258732704",
    "mul.hi.s32 %r10, %r3, 0x40000000 => -16 => -4",
    "mul.hi.u32 %r10, %r3, 0x40000000 => -16 => 0x3ffffffc",
    "mad.lo.s32 %r10, %r3, 3, 4 => 5 => 19",
    "mad.hi.u32 %r10, %r3, %r3, 1 => 0x80000000 => 0x40000001",
    "div.s32 %r10, %r3, 2 => -7 => -3",
    "div.u32 %r10, %r3, 2 => -7 => 0x7ffffffc",
    "rem.s32 %r10, %r3, 4 => -7 => -3",
    "rem.u32 %r10, %r3, 10 => -7 => 9",
    "min.u32 %r10, %r3, 5 => -1 => 5",
    "min.s32 %r10, %r3, 5 => -1 => -1",
    "max.u32 %r10, %r3, 5 => -1 => -1",
    "abs.s32 %r10, %r3 => -9 => 9",
    "neg.s32 %r10, %r3 => -9 => 9",
    "not.b32 %r10, %r3 => 0 => -1",
    "cnot.b32 %r10, %r3 => 0 => 1",
    "sad.u32 %r10, %r3, 10, 100 => 3 => 107",
    "shl.b32 %r10, %r3, 32 => 3 => 0",
    "shl.b32 %r10, %r3, 31 => 3 => 0x80000000",
    "shr.u32 %r10, %r3, 33 => -1 => 0",
    "shr.s32 %r10, %r3, 33 => -5 => -1",
    "shr.u32 %r10, %r3, 4 => -1 => 0x0fffffff",
    "shf.l.wrap.b32 %r10, %r3, 1, 36 => 0xf0000000 => 0x1f",
    "shf.l.clamp.b32 %r10, %r3, 1, 36 => 0xf0000000 => 0xf0000000",
    "shf.r.wrap.b32 %r10, %r3, 15, 4 => 0x12345678 => 0xf1234567",
    "shf.r.clamp.b32 %r10, %r3, 15, 40 => 0x12345678 => 15",
    "prmt.b32 %r10, %r3, 0x44332211, 0x7120 => 0xddccbbaa => 0x44bbccaa",
    "prmt.b32 %r10, %r3, 0, 0x000b => 0xddccbbaa => 0xaaaaaaff",
    "bfe.u32 %r10, %r3, 4, 8 => 0x12345678 => 0x67",
    "bfe.s32 %r10, %r3, 28, 8 => 0x82345678 => -8",
    "bfe.s32 %r10, %r3, 4, 4 => 0x12345698 => -7",
    "bfi.b32 %r10, %r3, 0xffffffff, 8, 8 => 0 => 0xffff00ff",
    "popc.b32 %r10, %r3 => 0xf000f001 => 9",
    "clz.b32 %r10, %r3 => 255 => 24",
    "brev.b32 %r10, %r3 => 1 => 0x80000000",
    "bfind.u32 %r10, %r3 => 0x00010000 => 16",
    "bfind.s32 %r10, %r3 => -2 => 0",
    "bfind.shiftamt.u32 %r10, %r3 => 0x00010000 => 15",
    "bfind.u32 %r10, %r3 => 0 => -1",
    "lop3.b32 %r10, %r3, 0xcc, 0xaa, 0x96 => 0xf0 => 0x96",
    "cvt.s32.s8 %r10, %r3 => 255 => -1",
    "cvt.u32.u8 %r10, %r3 => -1 => 255",
    "cvt.s32.s16 %r10, %r3 => 65535 => -1",
    "cvt.sat.s8.s32 %r10, %r3 => 1000 => 127",
    "cvt.sat.u8.s32 %r10, %r3 => -4 => 0",
    "mov.b32 {%rs1, %rs2}, %r3; mov.b32 %r10, {%rs2, %rs1} => 0x12345678 => 0x56781234",
    "mul.wide.s32 %rd10, %r3, %r3; mov.b64 {%r11, %r10}, %rd10 => 100000 => 2",
    "mul.wide.u32 %rd10, %r3, %r3; mov.b64 {%r11, %r10}, %rd10 => -1 => -2",
    "cvt.s64.s32 %rd10, %r3; shr.s64 %rd10, %rd10, 40; cvt.u32.u64 %r10, %rd10 => -1 => -1",
    "cvt.u64.u32 %rd10, %r3; shr.u64 %rd10, %rd10, 31; cvt.u32.u64 %r10, %rd10 => -1 => 1",
    "cvt.u64.u32 %rd10, %r3; clz.b64 %r10, %rd10 => 1 => 63",
    "cvt.u64.u32 %rd10, %r3; bfi.b64 %rd11, %rd10, 0, 32, 8; shr.u64 %rd11, %rd11, 32; cvt.u32.u64 %r10, %rd11 => 511 => 255",
    "cvt.u16.u32 %rs1, %r3; add.s16 %rs2, %rs1, 1; cvt.u32.u16 %r10, %rs2 => 65535 => 0",
    "cvt.u16.u32 %rs1, %r3; shr.s16 %rs2, %rs1, 15; cvt.s32.s16 %r10, %rs2 => 0x8000 => -1",
    "cvt.u16.u32 %rs1, %r3; mul.wide.u16 %r10, %rs1, %rs1 => 65535 => 0xfffe0001",
    "add.cc.u32 %r11, %r3, 1; addc.u32 %r10, 5, 0 => -1 => 6",
    "add.cc.u32 %r11, %r3, 1; addc.u32 %r10, 5, 0 => -2 => 5",
    "sub.cc.u32 %r11, %r3, 1; subc.u32 %r10, 5, 0 => 0 => 4",
    "mad.lo.cc.u32 %r11, %r3, %r3, -1; madc.hi.u32 %r10, %r3, %r3, 0 => 65536 => 1",
    "setp.lt.s32 %p1, %r3, 0; selp.u32 %r10, 7, 9, %p1 => -1 => 7",
    "setp.lt.u32 %p1, %r3, 5; selp.u32 %r10, 7, 9, %p1 => -1 => 9",
    "setp.hs.u32 %p1, %r3, 5; selp.u32 %r10, 7, 9, %p1 => 5 => 7",
    "setp.ge.s32 %p1|%p2, %r3, 5; selp.u32 %r10, 7, 9, %p2 => 5 => 9",
    "setp.eq.s32 %p1, 1, 1; setp.gt.and.s32 %p2, %r3, 5, !%p1; selp.u32 %r10, 7, 9, %p2 => 8 => 9",
    "set.gt.u32.s32 %r10, %r3, 5 => 6 => -1",
    "slct.s32.s32 %r10, 1, 2, %r3 => -6 => 2",
    "setp.ne.s32 %p1, %r3, 0; not.pred %p2, %p1; xor.pred %p3, %p1, %p2; selp.u32 %r10, 7, 9, %p3 => 0 => 7",
    "mov.u32 %r10, %laneid; add.s32 %r10, %r10, %r3 => 4 => 4",
    "mov.pred %p1, 1; @%p1 mov.u32 %r10, 3; @!%p1 mov.u32 %r10, %r3 => 4 => 3",
    "{ .reg .b32 %r10; mov.u32 %r10, 9; } mov.u32 %r10, %r3 => 4 => 4",
  })
  // spotless:on
  void integers(String instruction, String input, String expected) {
    int[] result = Ptx.run(
        "ld.global.u32 %r3, [%rd3]; " + instruction + "; st.global.u32 [%rd4], %r10;", word(input));
    assertEquals(word(expected), result[0], instruction);
  }

  // spotless:off
  @ParameterizedTest
  @CsvSource(delimiterString = "=>", value = {
    "add.f32 %f2, %f1, 0f3F800000 => 0x1p-24 => 1",
    "add.rp.f32 %f2, %f1, 0f3F800000 => 0x1p-24 => 0x1.000002p0",
    "add.rm.f32 %f2, %f1, 0f3F800000 => -0x1p-26 => 0x0.ffffffp0",
    "add.rz.f32 %f2, %f1, 0fBF800000 => 0x1p-26 => -0x0.ffffffp0",
    "add.rm.f32 %f2, %f1, 0fBF800000 => 1 => -0.0",
    "sub.f32 %f2, %f1, %f1 => 3 => 0",
    "mul.rz.f32 %f2, %f1, %f1 => 0x1.000002p0 => 0x1.000004p0",
    "mul.rp.f32 %f2, %f1, %f1 => 0x1.000002p0 => 0x1.000006p0",
    "fma.rn.f32 %f2, %f1, %f1, 0fBF800000 => 0x1.000002p0 => 0x1p-22",
    "fma.rm.f32 %f2, %f1, %f1, 0f3F800000 => 0x1p-30 => 1",
    "fma.rp.f32 %f2, %f1, %f1, 0f3F800000 => 0x1p-30 => 0x1.000002p0",
    "fma.rn.sat.f32 %f2, %f1, %f1, 0f00000000 => 3 => 1",
    "add.sat.f32 %f2, %f1, 0f00000000 => NaN => 0",
    "add.ftz.f32 %f2, %f1, 0f00000000 => 0x1p-130 => 0",
    "mul.ftz.f32 %f2, %f1, 0f00800000 => 0.5 => 0",
    "mul.f32 %f2, %f1, 0f00800000 => 0.5 => 0x1p-127",
    "div.rn.f32 %f2, 0f3F800000, %f1 => 3 => 0x1.555556p-2",
    "div.rz.f32 %f2, 0f3F800000, %f1 => 3 => 0x1.555554p-2",
    "rcp.rn.f32 %f2, %f1 => 0 => Infinity",
    "sqrt.rn.f32 %f2, %f1 => 2 => 0x1.6a09e6p0",
    "sqrt.rp.f32 %f2, %f1 => 2 => 0x1.6a09e8p0",
    "rsqrt.approx.f32 %f2, %f1 => 4 => 0.5",
    "ex2.approx.f32 %f2, %f1 => 3 => 8",
    "ex2.approx.ftz.f32 %f2, %f1 => -130 => 0",
    "lg2.approx.f32 %f2, %f1 => 8 => 3",
    "tanh.approx.f32 %f2, %f1 => 100 => 1",
    "min.f32 %f2, %f1, 0f3F800000 => NaN => 1",
    "max.f32 %f2, 0f3F800000, %f1 => NaN => 1",
    "max.NaN.f32 %f2, 0f3F800000, %f1 => NaN => NaN",
    "min.f32 %f2, %f1, 0f80000000 => 0 => -0.0",
    "neg.f32 %f2, %f1 => 0 => -0.0",
    "abs.f32 %f2, %f1 => -2 => 2",
    "copysign.f32 %f2, 0fBF800000, %f1 => 5 => -5",
    "cvt.rni.f32.f32 %f2, %f1 => 2.5 => 2",
    "cvt.rzi.f32.f32 %f2, %f1 => -2.7 => -2",
    "cvt.rmi.f32.f32 %f2, %f1 => -2.2 => -3",
    "cvt.rpi.f32.f32 %f2, %f1 => 2.2 => 3",
    "cvt.sat.f32.f32 %f2, %f1 => 2.2 => 1",
    "cvt.f64.f32 %fd1, %f1; add.f64 %fd1, %fd1, %fd1; cvt.rn.f32.f64 %f2, %fd1 => 2.5 => 5",
    "cvt.f64.f32 %fd1, %f1; fma.rn.f64 %fd2, %fd1, %fd1, 0dBFF0000000000000; cvt.rp.f32.f64 %f2, %fd2 => 0x1.000002p0 => 0x1.000002p-22",
    "mov.f64 %fd1, 0d3FF0000010000000; cvt.rp.f32.f64 %f2, %fd1 => 0 => 0x1.000002p0",
    "cvt.rni.s32.f32 %r3, %f1; cvt.rn.f32.s32 %f2, %r3 => -3.5 => -4",
    "cvt.rzi.u32.f32 %r3, %f1; cvt.rn.f32.u32 %f2, %r3 => 3000000000 => 3000000000",
    "cvt.rzi.u32.f32 %r3, %f1; cvt.rn.f32.u32 %f2, %r3 => -5 => 0",
    "cvt.rzi.s32.f32 %r3, %f1; cvt.rn.f32.s32 %f2, %r3 => 1e20 => 2147483647",
    "cvt.rzi.s32.f32 %r3, %f1; cvt.rn.f32.s32 %f2, %r3 => NaN => 0",
    "cvt.rzi.s8.f32 %r3, %f1; cvt.rn.f32.s32 %f2, %r3 => 1000 => 127",
    "cvt.rzi.u64.f32 %rd9, %f1; cvt.rn.f32.u64 %f2, %rd9 => 1e19 => 1e19",
    "cvt.rzi.s64.f32 %rd9, %f1; cvt.rz.f32.s64 %f2, %rd9 => -1e15 => -1e15",
    "mov.u64 %rd9, 0x100000100000001; cvt.rn.f32.u64 %f2, %rd9 => 0 => 0x1.000002p56",
    "mov.u32 %r3, 16777217; cvt.rp.f32.u32 %f2, %r3 => 0 => 16777218",
    "setp.neu.f32 %p1, %f1, %f1; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => NaN => 1",
    "setp.ne.f32 %p1, %f1, 0f00000000; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => NaN => 2",
    "setp.ltu.f32 %p1, %f1, 0f00000000; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => NaN => 1",
    "setp.gtu.f32 %p1, %f1, 0f00000000; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => -1 => 2",
    "setp.num.f32 %p1, %f1, %f1; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => NaN => 2",
    "setp.eq.ftz.f32 %p1, %f1, 0f00000000; selp.f32 %f2, 0f3F800000, 0f40000000, %p1 => 0x1p-130 => 1",
    "slct.f32.f32 %f2, 0f3F800000, 0f40000000, %f1 => -0.5 => 2",
  })
  // spotless:on
  void floats(String instruction, float input, float expected) {
    int[] result = Ptx.run(
        "ld.global.f32 %f1, [%rd3]; " + instruction + "; st.global.f32 [%rd4], %f2;",
        Float.floatToRawIntBits(input));
    assertEquals(expected, Float.intBitsToFloat(result[0]), instruction);
  }

  @Test
  void bytesAndHalfwordsAreExtendedByTheirType() {
    String body =
        """
        ld.global.u8 %r3, [%rd1+3];
        ld.global.s8 %r4, [%rd1+3];
        ld.global.s16 %r5, [%rd1+2];
        ld.global.u16 %rs1, [%rd1+2];
        cvt.u32.u16 %r6, %rs1;
        st.global.v4.u32 [%rd2], {%r3, %r4, %r5, %r6};
        """;
    String alone = "setp.eq.s32 %p1, %r2, 0; @!%p1 bra END;" + body + "END:";
    assertArrayEquals(new int[] {0xff, -1, -2, 0xfffe}, Ptx.run(alone, 4, new int[] {0xfffe1234}));
  }

  @Test
  void vectorsAndLongWordsGoThroughSharedAndGenericMemory() {
    String body =
        """
        ld.global.u32 %r3, [%rd3];
        mov.u32 %r4, tile;
        mad.lo.s32 %r4, %r2, 16, %r4;
        mov.u32 %r5, 7;
        st.shared.v4.u32 [%r4], {%r3, %r5, %r3, %r5};
        cvt.u64.u32 %rd5, %r4;
        cvta.shared.u64 %rd6, %rd5;
        ld.u64 %rd7, [%rd6+8];
        shr.u64 %rd8, %rd7, 32;
        add.s64 %rd7, %rd7, %rd8;
        st.global.u32 [%rd4], %rd7;
        """;
    assertArrayEquals(new int[] {8, 9, 10}, Ptx.run(body, 1, 2, 3));
  }

  @Test
  void branchesGoByATable() {
    String body =
        """
        ld.global.u32 %r3, [%rd3];
        TABLE: .branchtargets A, B, C;
        brx.idx %r3, TABLE;
        A: mov.u32 %r4, 10; bra.uni END;
        B: mov.u32 %r4, 20;
        C: add.s32 %r4, %r4, 1;
        END:
        st.global.u32 [%rd4], %r4;
        """;
    assertArrayEquals(new int[] {21, 10, 1, 21}, Ptx.run(body, 1, 0, 2, 1));
  }

  @Test
  void atomicsReturnTheOldValue() {
    String body =
        """
        atom.global.add.u32 %r3, [%rd1], 2;
        st.global.u32 [%rd4], %r3;
        bar.sync 0;
        red.global.max.u32 [%rd1], 100;
        atom.global.cas.b32 %r4, [%rd1], 100, 7;
        atom.global.inc.u32 %r5, [%rd1], 200;
        setp.eq.s32 %p1, %r2, 0;
        @%p1 st.global.u32 [%rd4], %r4;
        """;
    assertArrayEquals(new int[] {100, 7, 9}, Ptx.run(body, 3, new int[] {5}));
  }

  private static int word(String text) {
    return (int) (long) Long.decode(text);
  }
}
