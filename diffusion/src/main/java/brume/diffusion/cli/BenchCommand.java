package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume bench}: how fast this machine is. */
@Command(
    name = "bench",
    description = "Measures how fast this machine trains and samples.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BenchStepCommand.class, BenchTextToImageCommand.class})
final class BenchCommand {}
