package brume.diffusion.cli;

import brume.diffusion.ranks.MpiRanks;
import brume.diffusion.ranks.OrderedSum;
import brume.diffusion.ranks.Ranks;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.run.ResidentMemory;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume bench ranks}: the time in which ranks add up gradients. */
@Command(
    name = "ranks",
    description = {
      "Measures how long ranks take to add up gradients, each having one part of a step, as training does it: in"
          + " an order that does not depend on their number.",
      "MPI_Allreduce, whose sums depend on it, is measured beside it, in turn. Started with mpirun or srun."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class BenchRanksCommand implements Callable<Integer> {

  private static final int MOST = 1024; // MiB
  private static final double MILLI = 1e-6; // per nanosecond

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "16",
      description = "MiB of gradients. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "15",
      description =
          "How often each is measured, after a third as often for a start. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  @Mixin
  private RankOptions rankOptions = new RankOptions();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        size >= 1 && size <= MOST, "--size: expected 1 to " + MOST + " MiB, got " + size);
    UsageException.unless(times >= 1, "--times: expected 1 or more, got " + times);
    UsageException.unless(
        rankOptions.isGiven(),
        "--ranks: expected mpi, and several processes that mpirun has started, got none");
    return rankOptions.share(Wire.F32, team -> {
      team.requireSame(Map.of("--size and --times", size + " and " + times));
      Map<String, @Nullable Object> figures = measure(team);
      if (team.leads()) {
        spec.commandLine().getOut().println(text(figures));
      }
      return 0;
    });
  }

  private String text(Map<String, @Nullable Object> figures) throws IOException {
    return json
        ? new JsonMapper().writeValueAsString(figures)
        : figures.entrySet().stream()
            .map(figure -> Text.of("%-20s %s", figure.getKey(), figure.getValue()))
            .collect(Collectors.joining(System.lineSeparator()));
  }

  private Map<String, @Nullable Object> measure(Team team) throws IOException {
    int count = size << 18;
    Ranks ranks = team.ranks();
    float[] mine = new float[count];
    for (int i = 0; i < count; i++) {
      mine[i] = ranks.rank() + i % 1000;
    }
    ByteBuffer own = Ranks.buffer(count * Float.BYTES), sums = Ranks.buffer(count * Float.BYTES);
    own.asFloatBuffer().put(mine);
    Long before = ResidentMemory.mebibytes().orElse(null);
    List<Double> ordered = new ArrayList<>(), any = new ArrayList<>();
    try (OrderedSum sum = new OrderedSum(ranks, new int[] {count}, ranks.size(), Wire.F32)) {
      for (int i = -times / 3; i < times; i++) {
        time(team, i < 0 ? new ArrayList<>() : ordered, () -> add(sum, mine));
        if (ranks instanceof MpiRanks mpi) {
          time(team, i < 0 ? new ArrayList<>() : any, () -> mpi.addInAnyOrder(own, sums));
        }
      }
      Long after = ResidentMemory.mebibytes().orElse(null);
      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put("ranks", ranks.size());
      figures.put("mib", size);
      figures.put("ordered_ms", rounded(median(ordered)));
      figures.put("allreduce_ms", rounded(median(any)));
      figures.put("ratio", rounded(median(ordered) / median(any)));
      figures.put("memory_mib", before == null || after == null ? null : after - before);
      return figures;
    }
  }

  private static void add(OrderedSum sum, float[] mine) throws IOException {
    sum.put(0, (into, at) -> System.arraycopy(mine, 0, into, at, mine.length));
    sum.endRound();
    sum.finish();
  }

  /** What all ranks do at the same time. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void time(Team team, List<Double> into, Work work) throws IOException {
    team.any(false); // so that all begin together
    long begun = System.nanoTime();
    work.run();
    into.add((System.nanoTime() - begun) * MILLI);
  }

  private static double median(List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
