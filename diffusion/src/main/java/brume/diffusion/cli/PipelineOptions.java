package brume.diffusion.cli;

import brume.diffusion.exchange.SchedulerConfig;
import brume.tensor.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * How samples are drawn from a folder of diffusers, beside what its scheduler says.
 *
 * @param given steps; null for what its pipeline takes
 * @param eta share of the noise that DDIM adds in a step
 */
record PipelineOptions(@Nullable Integer given, double eta) {

  private static final String STEPS = "--steps", ETA = "--eta";

  /** Gives a command the options. */
  static void addTo(CommandSpec command) {
    command.addOption(OptionSpec.builder(STEPS)
        .paramLabel("N")
        .type(Integer.class)
        .description("Steps of sampling. Default: 1000 for ddpm, 50 for ddim.")
        .build());
    command.addOption(OptionSpec.builder(ETA)
        .paramLabel("X")
        .type(Double.class)
        .description("Share of the noise that DDIM adds in a step, 0 to 1. Default: 0.")
        .build());
  }

  static PipelineOptions of(ParseResult given) {
    double eta = given.matchedOptionValue(ETA, 0.0);
    UsageException.unless(eta >= 0 && eta <= 1, "--eta: expected 0 to 1, got " + eta);
    return new PipelineOptions(given.matchedOptionValue(STEPS, (Integer) null), eta);
  }

  /** How many steps a scheduler takes. */
  int steps(SchedulerConfig scheduler) {
    int most = scheduler.schedule().steps();
    int steps = given == null ? scheduler.kind().usualSteps(most) : given;
    UsageException.unless(
        steps >= 1 && steps <= most,
        Text.of("--steps: expected 1 to %d (the timesteps of the folder), got %d", most, steps));
    UsageException.unless(
        eta == 0 || scheduler.kind().takesEta(),
        Text.of(
            "--eta: expected 0 with --scheduler %s, which has no use for it, got %s",
            scheduler.kind(), eta));
    return steps;
  }
}
