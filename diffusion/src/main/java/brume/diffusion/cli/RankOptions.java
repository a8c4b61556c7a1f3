package brume.diffusion.cli;

import brume.diffusion.ranks.MpiRanks;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** With whom the work of a command is shared. */
final class RankOptions {

  private static final String MPI = "mpi";
  private static final long USUAL_PATIENCE = 30; // minutes

  @Option(
      names = "--ranks",
      paramLabel = "HOW",
      description =
          "Share the work with the other processes that mpirun or srun has started: mpi. Results are those of one"
              + " process. Default: work alone.")
  private @Nullable String ranks;

  @Option(
      names = "--rank-timeout",
      paramLabel = "TIME",
      description =
          "How long ranks wait for one that does not answer before all end, such as 90s, 30m or 2h: longer than"
              + " samples or a checkpoint take. Default: 30m.")
  private @Nullable String timeout;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /** What is done by all ranks alike, or by one process alone. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param team who shares it
     * @return status for the shell
     * @throws IOException if it fails, on this rank
     */
    int with(Team team) throws IOException;
  }

  /** Whether work is shared, though maybe by one rank. */
  boolean isGiven() {
    return ranks != null;
  }

  /** Refuses what means nothing. */
  void check() {
    UsageException.unless(
        ranks == null || ranks.equals(MPI), "--ranks: expected mpi, got '" + ranks + "'");
    UsageException.unless(
        ranks != null || timeout == null, "--rank-timeout: expected with --ranks, got it without");
    patience();
  }

  private Duration patience() {
    return timeout == null
        ? Duration.ofMinutes(USUAL_PATIENCE)
        : Duration.ofSeconds(TimeBudget.seconds("--rank-timeout", timeout));
  }

  /**
   * Does work alone or, if others were asked for, with them. If it fails on one rank, it says why and all
   * end.
   */
  int share(Wire wire, Work work) throws IOException {
    check();
    if (ranks == null) {
      return work.with(Team.alone());
    }
    Team team = new Team(join(), wire);
    if (!team.leads()) {
      Telling.follow();
    }
    try {
      int status = work.with(team);
      team.ranks().close();
      return status;
    } catch (Team.DifferenceException all) { // knows
      team.ranks().close();
      if (team.leads()) {
        throw all;
      }
      return 1;
    } catch (IOException | RuntimeException | Error failed) {
      int status = failed instanceof UsageException ? 2 : 1;
      PrintWriter err = spec.commandLine().getErr();
      String who = team.leads() ? "" : "rank " + team.ranks().rank() + ": ";
      Telling.fail(who + Sentence.of(failed), status, err);
      team.ranks().abort(status);
      throw failed;
    }
  }

  private MpiRanks join() throws IOException {
    try {
      return MpiRanks.join(patience());
    } catch (LinkageError none) {
      throw new IOException(
          "--ranks: expected a system whose MPI can be called, got one where it cannot: "
              + none.getMessage(),
          none);
    }
  }
}
