package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.LearnedLogSnr;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.tensor.Scope;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fall of the signal-to-noise ratio that is trained, kept, averaged and sampled with its network. */
class LearnedLogSnrTest {

  private static final String SLOPE = "log_snr.net.2.fn.0.net.weight";

  @TempDir
  private Path folder;

  private Object[] words(String run, int steps, Object... more) throws IOException {
    Object[] usual = {
      "--data",
      TinyData.idx(folder.resolve("pictures.idx")),
      "--run",
      folder.resolve(run),
      "--steps",
      steps,
      "--checkpoint-every",
      1,
      "--process",
      "continuous",
      "--log-snr",
      "learned",
      "--log-snr-hidden",
      8,
      "--rate",
      "constant"
    };
    Object[] all =
        Stream.of(TinyData.train(usual), more).flatMap(Arrays::stream).toArray();
    int at = List.of(all).indexOf("--timesteps"); // of numbered times alone
    return Stream.concat(Arrays.stream(all, 0, at), Arrays.stream(all, at + 2, all.length))
        .toArray();
  }

  private SafeTensors saved(String run, int step, String part) throws IOException {
    return SafeTensors.read(
        folder.resolve(run).resolve("checkpoints/step-00000" + step + "/" + part + ".safetensors"));
  }

  @Test
  void itIsTrainedResumedAveragedAndSampled() throws IOException {
    Shell.run(words("whole", 4)).succeeds();
    Shell.run(words("halves", 2)).succeeds();
    Shell.run("train", "--device", "reference", "--resume", folder.resolve("halves"), "--steps", 4)
        .succeeds();
    for (String part : List.of("model", "ema")) {
      SafeTensors whole = saved("whole", 4, part), halves = saved("halves", 4, part);
      assertEquals(whole.names(), halves.names());
      for (String name : whole.names()) {
        assertArrayEquals(whole.doubles(name), halves.doubles(name), part + " " + name);
      }
    }
    assertFalse(
        Arrays.equals(
            saved("whole", 4, "model").doubles(SLOPE),
            saved("whole", 3, "model").doubles(SLOPE)),
        "it learns");
    assertArrayEquals(sampled("whole"), sampled("halves"));
  }

  private float[] sampled(String run) throws IOException {
    Path out = folder.resolve(run + ".safetensors");
    Shell.run(
            "sample",
            "--device",
            "reference",
            "--run",
            folder.resolve(run),
            "--count",
            2,
            "--out",
            out,
            "--weights",
            "raw")
        .succeeds();
    return SafeTensors.read(out).floats("samples");
  }

  /** What samplers visit follows from the parameters, not from what a recipe begins with. */
  @Test
  void samplesDependOnWhatWasLearnedOfIt() throws IOException {
    Shell.run(words("one", 1)).succeeds();
    Shell.run(words("other", 1, "--log-snr-gradient", 0)).succeeds();
    assertFalse(Arrays.equals(
        saved("one", 1, "model").doubles(SLOPE), saved("other", 1, "model").doubles(SLOPE)));
    for (String name : saved("one", 1, "model").names()) {
      assertTrue(
          name.startsWith("log_snr.")
              || Arrays.equals(
                  saved("one", 1, "model").doubles(name),
                  saved("other", 1, "model").doubles(name)),
          name);
    }
    assertFalse(Arrays.equals(sampled("one"), sampled("other")));
  }

  /** Its ends are those of the linear law, between which it falls, and both ways of asking agree. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void itFallsBetweenFixedEnds(int hidden) {
    try (Scope scope = Scope.open()) {
      Parameters at = Parameters.of(Backends.reference(), RandomKey.of(3));
      LogSnr learned = new LogSnrs.Learned(hidden, 1).create(at);
      LogSnr linear = new LogSnrs.Linear().create();
      assertEquals(linear.at(0), learned.at(0), 1e-9);
      assertEquals(linear.at(1), learned.at(1), 1e-9);
      double[] times = {0, 0.1, 0.4, 0.8, 1};
      double[] asked = learned.learned(times).orElseThrow().value().toDoubles();
      for (int i = 0; i < times.length; i++) {
        assertEquals(learned.at(times[i]), asked[i], 1e-9);
        assertTrue(i == 0 || asked[i] < asked[i - 1]);
      }
      assertEquals(6, at.all().size());
      assertTrue(learned instanceof LearnedLogSnr);
    }
  }

  /** Half of the gradient arrives where half is wanted, and the value stays the same. */
  @Test
  void aShareOfTheGradientArrives() {
    try (Scope scope = Scope.open()) {
      double[] whole = slopes(1), half = slopes(0.5);
      for (int i = 0; i < whole.length; i++) {
        assertEquals(whole[i], 2 * half[i], 1e-9);
      }
      assertTrue(Arrays.stream(whole).anyMatch(slope -> Math.abs(slope) > 1e-3));
    }
  }

  private static double[] slopes(double share) {
    Parameters at = Parameters.of(Backends.reference(), RandomKey.of(3));
    LogSnr learned = new LogSnrs.Learned(4, share).create(at);
    Variable sum = brume.autograd.function.reduce.Mean.mean(
        learned.learned(new double[] {0.3, 0.6}).orElseThrow());
    var gradients = sum.backward();
    NamedParameter weights = at.all().stream()
        .filter(parameter -> parameter.path().equals(SLOPE))
        .findFirst()
        .orElseThrow();
    return gradients.of(weights.variable()).orElseThrow().toDoubles();
  }
}
