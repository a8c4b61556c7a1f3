package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Instructions in which the lanes of a warp exchange values. */
class WarpOpsTest {

  private static final int[] INPUT = IntStream.range(0, 64).map(i -> i * i).toArray();

  @Test
  void shufflesReadOtherLanes() {
    assertArrayEquals(
        lanes(t -> t % 32 + 3 < 32 ? INPUT[t + 3] : INPUT[t]),
        run("shfl.sync.down.b32 %r4, %r3, 3, 31, -1;"));
    assertArrayEquals(
        lanes(t -> t % 32 >= 3 ? INPUT[t - 3] : INPUT[t]),
        run("shfl.sync.up.b32 %r4, %r3, 3, 0, -1;"));
    assertArrayEquals(lanes(t -> INPUT[t ^ 5]), run("shfl.sync.bfly.b32 %r4, %r3, 5, 31, -1;"));
    assertArrayEquals(
        lanes(t -> INPUT[t / 32 * 32 + 9]), run("shfl.sync.idx.b32 %r4, %r3, 9, 31, -1;"));
  }

  @Test
  void shufflesStayInTheirSegment() {
    int width8 = (32 - 8) << 8 | 31;
    assertArrayEquals(
        lanes(t -> t % 8 + 3 < 8 ? INPUT[t + 3] : -1),
        run("shfl.sync.down.b32 %r4|%p1, %r3, 3, " + width8 + ", -1; @!%p1 mov.u32 %r4, -1;"));
    assertArrayEquals(
        lanes(t -> INPUT[t / 8 * 8 + 2]),
        run("shfl.sync.idx.b32 %r4, %r3, 2, " + width8 + ", -1;"));
  }

  @Test
  void halvesOfAWarpShuffleByThemselves() {
    String body =
        """
        setp.lt.u32 %p1, %r2, 16;
        @%p1 bra LOW;
        shfl.sync.bfly.b32 %r4, %r3, 1, 31, 0xffff0000;
        bra.uni END;
        LOW:
        shfl.sync.bfly.b32 %r4, %r3, 2, 31, 0x0000ffff;
        END:
        """;
    assertArrayEquals(
        IntStream.range(0, 32).map(t -> INPUT[t < 16 ? t ^ 2 : t ^ 1]).toArray(),
        Ptx.run(around(body), 32, INPUT));
  }

  @Test
  void lanesThatComeLaterAreWaitedFor() {
    String body =
        """
        and.b32 %r5, %r2, 1;
        setp.eq.s32 %p1, %r5, 1;
        @%p1 bra SHUFFLE;
        add.s32 %r3, %r3, 1000;
        SHUFFLE:
        shfl.sync.bfly.b32 %r4, %r3, 1, 31, -1;
        """;
    assertArrayEquals(lanes(t -> INPUT[t ^ 1] + (t % 2 == 0 ? 0 : 1000)), run(body));
  }

  @Test
  void votesCountTheWarp() {
    String odd = "and.b32 %r5, %r2, 1; setp.eq.s32 %p1, %r5, 1; ";
    assertArrayEquals(lanes(t -> 0xaaaaaaaa), run(odd + "vote.sync.ballot.b32 %r4, %p1, -1;"));
    assertArrayEquals(lanes(t -> 0x55555555), run(odd + "vote.sync.ballot.b32 %r4, !%p1, -1;"));
    String choose = " selp.u32 %r4, 1, 0, %p2;";
    assertArrayEquals(lanes(t -> 1), run(odd + "vote.sync.any.pred %p2, %p1, -1;" + choose));
    assertArrayEquals(lanes(t -> 0), run(odd + "vote.sync.all.pred %p2, %p1, -1;" + choose));
    assertArrayEquals(lanes(t -> 0), run(odd + "vote.sync.uni.pred %p2, %p1, -1;" + choose));
  }

  @Test
  void reductionsAndMatchesSeeAllLanes() {
    assertArrayEquals(
        lanes(t -> IntStream.range(0, 32).map(l -> INPUT[t / 32 * 32 + l]).sum()),
        run("redux.sync.add.s32 %r4, %r3, -1;"));
    assertArrayEquals(lanes(t -> t < 32 ? 0 : 1024), run("redux.sync.min.u32 %r4, %r3, -1;"));
    assertArrayEquals(
        lanes(t -> 0x01010101 << t % 8),
        run("and.b32 %r5, %r2, 7; match.any.sync.b32 %r4, %r5, -1;"));
    assertArrayEquals(lanes(t -> -1), run("mov.u32 %r5, 3; match.all.sync.b32 %r4|%p1, %r5, -1;"));
  }

  @Test
  void activeLanesAreThoseThatRunTogether() {
    assertArrayEquals(
        lanes(t -> t % 32 < 4 ? 15 : 0),
        run("mov.u32 %r4, 0; mov.u32 %r5, %laneid; setp.lt.u32 %p1, %r5, 4;"
            + " @%p1 activemask.b32 %r4;"));
  }

  private static int[] lanes(IntUnaryOperator value) {
    return IntStream.range(0, 64).map(value).toArray();
  }

  private static String around(String body) {
    return "ld.global.u32 %r3, [%rd3];\n" + body + "\nst.global.u32 [%rd4], %r4;";
  }

  private static int[] run(String body) {
    return Ptx.run(around(body), INPUT);
  }
}
