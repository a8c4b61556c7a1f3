package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong options end with status 2 and one sentence before anything is written. */
class WrongUsageTest {

  @TempDir
  private Path folder;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "train --stpes 3",
            "--stpes: expected an option of 'brume train', got an unknown one; did you mean --steps;"
                + " see 'brume train --help'"),
        Arguments.of(
            "train --frobnicate",
            "--frobnicate: expected an option of 'brume train', got an unknown one;"
                + " see 'brume train --help'"),
        Arguments.of(
            "sample --resample 5",
            "--resample: expected an option of 'brume sample', got one of 'brume inpaint';"
                + " see 'brume sample --help'"),
        Arguments.of(
            "trian",
            "expected one of the commands train, sample, inpaint, enlarge, interpolate, likelihood, eval, export, list, bench, ptx, watch, show, compare, doctor, got 'trian';"
                + " did you mean train; see 'brume --help'"),
        Arguments.of(
            "train pictures", "expected only options, got 'pictures'; see 'brume train --help'"),
        Arguments.of(
            "train --steps",
            "--steps: expected a value after it, got none; see 'brume train --help'"),
        Arguments.of("train --steps abc", "--steps: expected a whole number, got 'abc'"),
        Arguments.of("train --seed x", "--seed: expected a whole number, got 'x'"),
        Arguments.of("train --steps 0", "--steps: expected 1 or more, got 0"),
        Arguments.of(
            "train --steps 99999999999",
            "--steps: expected a whole number from 1 to 2147483647, got 99999999999"),
        Arguments.of("train --lr abc", "--lr: expected a number, got 'abc'"),
        Arguments.of("train --lr NaN", "--lr: expected 0 or more, got NaN"),
        Arguments.of("train --lr Infinity", "--lr: expected 0 or more, got Infinity"),
        Arguments.of("train --beta1 1", "--beta1: expected 0 to 0.999999, got 1"),
        Arguments.of(
            "train --schedule foo",
            "--schedule: expected one of linear, quadratic, cosine, sigmoid, constant, warmup,"
                + " harmonic, sigmoid-betas, laplace, list, got foo"),
        Arguments.of(
            "train --schedule cosin",
            "--schedule: expected one of linear, quadratic, cosine, sigmoid, constant, warmup,"
                + " harmonic, sigmoid-betas, laplace, list, got cosin; did you mean cosine"),
        Arguments.of(
            "train --process flow --schedule linear",
            "--schedule: expected a setting of process flow, got one of discrete; choose that with --process,"
                + " or leave --schedule out; see 'brume train --help'"),
        Arguments.of(
            "train --zero-terminal-snr",
            "--weighting: expected uniform or data with a --schedule that leaves nothing of the data at its last"
                + " time, which would count 0 in training though sampling begins there, got another"),
        Arguments.of(
            "train --schedule harmonic --weighting epsilon",
            "--weighting: expected uniform or data with a --schedule that leaves nothing of the data at its last"
                + " time, which would count 0 in training though sampling begins there, got another"),
        Arguments.of(
            "train --sampler ddim --sample-steps 999 --spacing strided",
            "--sample-steps: expected a number that the spacing has, such as 1000, which it gives here, got 999"),
        Arguments.of(
            "train --network karras --process edm",
            "--time-scale: expected about 1.0 with this --process, whose network is told times that lie"
                + " 2.6 apart, got 0.001"),
        Arguments.of("train --mults 1,x", "--mults: expected a whole number, got 'x'"),
        Arguments.of("train --mults 1,0", "--mults: expected 1 or more, got 0"),
        Arguments.of(
            "train --channels 2",
            "--channels: expected a setting of data fashion-mnist, got one of images, idx, arrays, series, own;"
                + " choose that with"
                + " --data, or leave --channels out; see 'brume train --help'"),
        Arguments.of(
            "train --network mlp --heads 4",
            "--heads: expected a setting of network mlp, got one of unet, unet1d, unet2d-condition, prior, uvit, dit, trunk, clip; choose that"
                + " with --network, or leave --heads out; see 'brume train --help'"),
        Arguments.of(
            "train --dim 5 --groups 1", "--dim: expected an even number of 4 or more, got 5"),
        Arguments.of(
            "train --dim 30",
            "--groups: expected a number that divides --dim 30, got 8; choose a --dim that is a multiple of --groups"),
        Arguments.of(
            "train --dropout 0.1",
            "--dropout: expected 0, since --blocks group-norm have none, got 0.1"),
        Arguments.of(
            "train --predict mean",
            "--weighting: expected uniform with --predict mean, for which nobody has defined others, got"
                + " another"),
        Arguments.of(
            "train --sample-steps 1001",
            "--sample-steps: expected 1 to 1000 (the timesteps of the process), got 1001"),
        Arguments.of(
            "train --resume a --run b",
            "--resume: expected without --run, --config, --preset, --train-from, --epochs and --pictures, since"
                + " a run keeps its settings, got both"),
        Arguments.of(
            "train --data toy:swissroll --pictures 20q",
            "--pictures: expected a number above 0 such as 50000, 200k or 1.5M, got '20q'"),
        Arguments.of(
            "train --data toy:swissroll --pictures 0.0k",
            "--pictures: expected a number above 0 such as 50000, 200k or 1.5M, got '0.0k'"),
        Arguments.of(
            "train --data toy:swissroll --pictures 20k --steps 5",
            "--pictures: expected it or --steps, got both"),
        Arguments.of(
            "train --data toy:swissroll --pictures 20k --epochs 5",
            "--pictures: expected it or --epochs, got both"),
        Arguments.of(
            "train --data toy:swissroll --batch 1 --pictures 3000M",
            "--pictures: expected at most 2147483647 steps, got 3000000000"),
        Arguments.of("train --threads -1", "--threads: expected 0 (one per core) or more, got -1"),
        Arguments.of(
            "train --device gpu", "--device: expected one of auto, cpu, reference, got gpu"),
        Arguments.of(
            "train --cuda-level cufft",
            "--cuda-level: expected only where a backend on the class path has such a choice, got cufft"),
        Arguments.of(
            "train --threads 2 --device reference",
            "--threads: expected only with --device auto, cpu, got --device reference"),
        Arguments.of("sample", "--run: expected either it or --from, got none"),
        Arguments.of("sample --run a --from b", "--run: expected either it or --from, got both"),
        Arguments.of(
            "export --run a",
            "--out: expected to be given, it is missing; see 'brume export --help'"),
        Arguments.of(
            "export --run a --out b --layout torch",
            "--layout: expected one of diffusers, brume, transformers, got 'torch'; see 'brume export --help'"),
        Arguments.of(
            "train --data toy:moons",
            "--data: expected one of toy:gaussian8, toy:gaussian25, toy:swissroll, toy:waves, got"
                + " toy:moons; did you mean toy:waves"),
        Arguments.of(
            "train --data toy:swisrol",
            "--data: expected one of toy:gaussian8, toy:gaussian25, toy:swissroll, toy:waves, got"
                + " toy:swisrol; did you mean toy:swissroll"),
        Arguments.of(
            "train --frequencies 3",
            "--frequencies: expected a setting of network unet, got one of mlp; choose that with --network,"
                + " or leave --frequencies out; see 'brume train --help'"),
        Arguments.of(
            "train --data toy:swissroll --size 2",
            "--size: expected a setting of data toy, got one of images, moving, shapes; choose that with"
                + " --data, or leave --size out; see 'brume train --help'"),
        Arguments.of(
            "sample --run a --run b",
            "--run: expected once, got it twice; see 'brume sample --help'"),
        Arguments.of(
            "bench",
            "expected a command after 'brume bench' (step, quality, text-to-image, ranks), got none; see 'brume bench --help'"),
        Arguments.of(
            "ptx",
            "expected a command after 'brume ptx' (trace, save), got none; see 'brume ptx --help'"),
        Arguments.of(
            "bench step --replay --device cpu --dim 8 --size 8",
            "--replay: expected a GPU (--device cuda) or an emulated one (--device emulator), got cpu;"
                + " leave --replay out or choose another --device"),
        Arguments.of("bench step --steps 0", "--steps: expected 1 or more, got 0"),
        Arguments.of(
            "bench step --measure all",
            "--measure: expected one of both, training, sampling, got 'all'; see 'brume bench step"
                + " --help'"),
        Arguments.of("bench step --dim 0", "--dim: expected 4 to 4096, got 0"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aWrongOptionIsToldInOneSentence(String command, String sentence) throws IOException {
    String[] words = command.split(" ");
    Object[] args = command.startsWith("train") && !command.contains("--re")
        ? Stream.concat(Stream.of(words), Stream.of("--run", folder.resolve("run")))
            .toArray()
        : words;
    Shell.run(command.endsWith("--steps") ? words : args).fails(2, sentence);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(0, left.count(), "files are left");
    }
  }

  @Test
  void stackTracesAreShownOnDemand() {
    Shell quiet = Shell.run("train", "--data", folder.resolve("nothing"));
    assertFalse(quiet.err().contains("\tat "), quiet.err());
    Shell loud = Shell.run("train", "--data", folder.resolve("nothing"), "--debug");
    assertEquals(true, loud.err().contains("\tat "), loud.err());
    assertEquals(quiet.lastLine(), loud.lastLine());
  }
}
