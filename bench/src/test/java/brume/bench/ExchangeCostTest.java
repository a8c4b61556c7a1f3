package brume.bench;

import static brume.bench.ExchangeCost.LINK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.bench.ExchangeCost.Cost;
import brume.bench.ExchangeCost.Machines;
import brume.diffusion.ranks.OrderedSum;
import brume.diffusion.ranks.Ranks;
import brume.diffusion.ranks.ThreadRanks;
import brume.diffusion.ranks.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on paper are those that are sent. */
class ExchangeCostTest {

  private static final int PARTS = 9;
  private static final int[] LENGTHS = {5, 1_500_000, 0, 700_001, 1, 0};
  private static final long[] LONGS =
      LongStream.of(5, 1_500_000, 0, 700_001, 1, 0).toArray();

  /** Counts what goes to others. */
  private record Counted(Ranks ranks, AtomicLong sent) implements Ranks {

    @Override
    public int rank() {
      return ranks.rank();
    }

    @Override
    public int size() {
      return ranks.size();
    }

    @Override
    public void exchange(ByteBuffer slices, ByteBuffer received) throws IOException {
      sent.addAndGet((long) slices.capacity() / size() * (size() - 1));
      ranks.exchange(slices, received);
    }

    @Override
    public void gather(ByteBuffer mine, ByteBuffer all) throws IOException {
      sent.addAndGet((long) mine.capacity() * (size() - 1));
      ranks.gather(mine, all);
    }

    @Override
    public void broadcast(ByteBuffer data, int from) {
      throw new IllegalStateException("a sum needs none");
    }

    @Override
    public void abort(int status) {
      ranks.abort(status);
    }

    @Override
    public void close() throws IOException {
      ranks.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void eachWithEachSendsWhatTheRealOneSends(int size) throws Exception {
    List<Counted> ranks = ThreadRanks.of(size, Duration.ofMinutes(1)).stream()
        .map(each -> new Counted(each, new AtomicLong()))
        .toList();
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      ranks.forEach(each -> work.add(() -> addUp(each)));
      for (Future<Void> each : threads.invokeAll(work)) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    long expected =
        ExchangeCost.eachWithEach(new Machines(size, 1, 1, 0), PARTS, LONGS).ofRank();
    ranks.forEach(each -> assertEquals(expected, each.sent.get()));
  }

  private static Void addUp(Ranks ranks) throws IOException {
    try (OrderedSum sum = new OrderedSum(ranks, LENGTHS, PARTS, Wire.F32)) {
      for (int round = 0; round < sum.rounds(); round++) {
        if (sum.part(round) < PARTS) {
          for (int piece = 0; piece < LENGTHS.length; piece++) {
            sum.put(piece, (into, at) -> {});
          }
        }
        sum.endRound();
      }
      sum.finish();
    }
    return null;
  }

  @Test
  void aChainSendsWhatOneMachineHasWhateverItsRanks() {
    long numbers = 10L * LINK, bytes = 4 * (numbers + 10);
    for (int ranks : new int[] {1, 2, 8}) {
      Cost cost = ExchangeCost.chain(new Machines(16, ranks, 1e9, 0), 16 * ranks, numbers);
      assertEquals(2 * bytes, cost.ofMachine());
      Cost flat = ExchangeCost.eachWithEach(new Machines(16, ranks, 1e9, 0), 16 * ranks, numbers);
      assertEquals(ranks * 15.0 / 16, (double) flat.ofMachine() / cost.ofMachine(), 1e-3 * ranks);
    }
  }

  @Test
  void aChainTakesTheTimeOfAPipeline() {
    Machines on = new Machines(128, 8, 1e9, 20e-6);
    int buckets = 40;
    double one = on.seconds(4L * (LINK + 1));
    double expected = 2 * (buckets + on.count() - 2) * one;
    assertEquals(
        expected, ExchangeCost.chain(on, 1024, (long) buckets * LINK).seconds(), 1e-9 * expected);
    assertEquals(
        new Cost(7 * 2 * 4 * 125 + 7 * 4, 0, 0),
        ExchangeCost.chain(new Machines(1, 8, 1e9, 1), 8, 1000));
    assertEquals(
        4 * 1001, ExchangeCost.chain(new Machines(2, 1, 1e9, 1), 2, 1000).ofMachine());
  }

  @Test
  void thePageHasTheTable() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "many-machines.md"));
    assertTrue(page.contains(ExchangeCost.table()), "bench/jmh.sh --exchange prints another table");
  }
}
