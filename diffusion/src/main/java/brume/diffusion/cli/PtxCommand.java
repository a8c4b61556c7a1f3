package brume.diffusion.cli;

import picocli.CommandLine.Command;

/** {@code brume ptx}: the kernels of the GPU. */
@Command(
    name = "ptx",
    description = "Shows the kernels of the GPU at work; no GPU is needed.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PtxTraceCommand.class, PtxSaveCommand.class})
final class PtxCommand {}
