package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measures how fast this machine trains and samples, and what that comes to.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchStepCommand.class,
      BenchQualityCommand.class,
      BenchTextToImageCommand.class,
      BenchRanksCommand.class
    })
final class BenchCommand {}
