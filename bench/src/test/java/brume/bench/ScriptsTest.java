package brume.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts that measure and check say when they cannot begin. */
class ScriptsTest {

  private static final Path BASH = Path.of("/bin/bash");
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String PYTHON = "PYTHON";
  private static final String PEERS = "PEERS";
  private static final String GPU_CHECK = "cuda-kernels/gpu-check.sh";

  @TempDir
  private Path folder;

  private record Said(int status, String words) {}

  @BeforeEach
  void needBash() {
    assumeTrue(Files.isExecutable(BASH), "needs bash");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      compare.sh --table |             compare: --table: expected a file of figures, got none
      compare.sh --table /nope |       compare: --table: expected a file of figures, found none at /nope
      compare.sh -o |                  compare: -o: expected a file, got none
      compare.sh --prune |             compare: --prune: expected a part such as 0.6, got none
      compare.sh --prune 6 |           compare: --prune: expected a part such as 0.6, got 6
      compare.sh --tabel |             compare: expected a number of rounds, got --tabel; -h tells more
      compare-ops.sh --table /nope |   compare: --table: expected a file of figures, found none at /nope
      compare-ops.sh -o |              compare: -o: expected a file, got none
      jmh.sh --compare |               jmh: --compare: expected a file of figures, got none
      jmh.sh --compare /nope |         jmh: --compare: expected a file of figures, found none at /nope
      jmh.sh --behind |                jmh: --behind: expected a file of figures, got none
      jmh.sh --behind README.md |      jmh: --behind: expected a part such as 0.6, got none
      jmh.sh --behind README.md few |  jmh: --behind: expected a part such as 0.6, got few
      jmh.sh --profile 32x28 |         jmh: --profile: expected a shape such as 32x28x1x32x1-2-4 or the preset shapes-text, got 32x28
      jmh.sh --profile 1x1x1x1x1 few | jmh: --profile: expected a number of steps, got few
      ranks.sh --rounds |              ranks: expected a number of rounds, got --rounds; -h tells more
      ranks.sh 3 4 |                   ranks: expected more than 4 steps, got 4
      namespaces.sh --rate fast |      namespaces: --rate: expected a rate such as 1gbit, got fast
      namespaces.sh --rate 1gbit |     namespaces: expected a command, got none; -h tells more
      """)
  void whatIsMissingOrWrongIsOneSentence(String command, String sentence) throws Exception {
    assertEquals(new Said(1, sentence + "\n"), run(ROOT, "bench/" + command));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      -x |      expected -p, -l, -o, -s, -t, -d, -q or -h, got -x
      -p |      -p: expected a value, got none
      -s many | -s: expected a number, got many
      -l cuda | -l: expected driver, cublas or cudnn, got cuda
      all |     expected options only, got all
      """)
  void wrongOptionsOfTheCheckAreNamed(String options, String sentence) throws Exception {
    Said expected = new Said(2, "gpu-check: " + sentence + "; -h tells more\n");
    assertEquals(expected, run(ROOT, GPU_CHECK + " " + options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench/compare.sh",
        "bench/compare-ops.sh",
        "bench/ranks.sh",
        "bench/namespaces.sh",
        GPU_CHECK
      })
  void helpIsTheHeadOfTheScript(String script) throws Exception {
    List<String> lines = Files.readAllLines(ROOT.resolve(script));
    List<String> head = lines.subList(1, lines.indexOf("set -euo pipefail"));
    StringBuilder expected = new StringBuilder();
    head.forEach(line -> expected.append(line.replaceFirst("^# ?", "")).append('\n'));
    assertEquals(new Said(0, expected.toString()), run(ROOT, script + " -h"));
  }

  /** A packed folder: nothing is built. Its java only answers, in words of the shell. */
  private void pack(String timeout) throws IOException {
    Files.createDirectories(folder.resolve("cuda-kernels"));
    Files.copy(ROOT.resolve(GPU_CHECK), folder.resolve(GPU_CHECK));
    Files.createDirectories(folder.resolve(".gpu/jars"));
    Files.writeString(folder.resolve(".gpu/jars/gpu-tests.jar"), "");
    Files.writeString(
        folder.resolve(".gpu/env.sh"),
        "java() { echo 'version \"17.0.15\"' >&2; }\ntimeout() { " + timeout + "; }\n");
  }

  @Test
  void everyPartOfTheCheckReportsAndOneThatIsStoppedKeepsNoOtherFromIt() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/meminfo")), "needs Linux");
    pack(
        """
        case "$*" in
          *' endurance '*) echo '- PASS so far'; return 124 ;;
          *StepTimes*) while read -r run; do echo '{"train_step_s":1}'; done ;;
          *ConsoleLauncher*) printf 'one :: SUCCESSFUL\\ntwo :: FAILED\\n\\twhy\\n'; return 1 ;;
          *GpuCheck*) echo '- PASS device: cuda: stub, 8.0 GiB' ;;
        esac
        """
            .strip());
    Path choices = folder.resolve("cache/brume/convolutions-stub.tsv");
    Files.createDirectories(choices.getParent());
    Files.writeString(choices, "# Choices of a stub; more\nFORWARD of one\n");
    Map<String, String> environment =
        Map.of(PYTHON, "/bin/false", "XDG_CACHE_HOME", folder.resolve("cache").toString());
    Path report = folder.resolve("report.md");
    Files.writeString(report, "found before\n");

    Said said = run(folder, GPU_CHECK + " -q -l cudnn -o " + report, environment);

    assertEquals(1, said.status(), said.words());
    List<String> lines = Files.readAllLines(report);
    assertEquals("found before", lines.get(0));
    assertEquals(
        ("Machine Smoke Kernels Quick Speed Profile Convolutions Peers Tests Parity Determinism"
                + " Endurance Capture Steps")
            .replaceAll("(\\w+)", "## $1"),
        String.join(" ", lines.stream().filter(line -> line.startsWith("## ")).toList()));
    assertEquals(
        List.of(
            "- FAIL tests: 1 passed, 1 failed, 0 skipped",
            "- FAIL endurance: stopped, as the part took 230 s; run it alone, or with a larger -t"),
        lines.stream()
            .filter(line -> line.startsWith("- FAIL"))
            .map(line -> line.replaceFirst(" in \\d+ s$", ""))
            .toList());
    assertEquals(
        14, lines.stream().filter(line -> line.matches("\\w+ took \\d+ s\\.")).count());
    assertTrue(
        lines.containsAll(List.of(
            "FORWARD of one",
            "- not run: there is no .gpu/jars/smoke-test.jar",
            "- not run: /bin/false has no PyTorch",
            "- PASS so far",
            "host. Shown is only that parts run, end and report.")),
        String.join("\n", lines));
    assertTrue(lines.get(lines.size() - 1).startsWith("2 failed, in "), said.words());
  }

  @Test
  void aGpuThatCannotBeOpenedEndsTheCheckBeforeThereIsAReport() throws Exception {
    pack("echo '- FAIL cuda: java.lang.Exception: cuda: no libcuda.so.1 here. Why?'; false");
    Said expected = new Said(
        1,
        "gpu-check: cuda: no libcuda.so.1 here; -d emulator -q tries the"
            + " script without a GPU\n");
    assertEquals(expected, run(folder, GPU_CHECK));
    assertFalse(Files.exists(folder.resolve("bench")));
  }

  @Test
  void aPeerThatIsNotInstalledIsLeftOutAndTheRestIsTold() throws Exception {
    Path python = python("torch");
    Said expected = new Said(
        1,
        "compare: JAX is left out: " + python + " has no jax; " + python + " -m pip install jax\n"
            + "compare: ONNX Runtime is left out: " + python
            + " has no onnxruntime and no onnx and no onnxscript; " + python
            + " -m pip install onnxruntime onnx onnxscript\n"
            + "compare: expected a peer that can run, found none\n");
    assertEquals(expected, run(ROOT, "bench/compare.sh", Map.of(PYTHON, "" + python, PEERS, "X")));
  }

  @Test
  void peersThatAreNoneAreNamedWithThoseThatAre() throws Exception {
    Said said = run(ROOT, "bench/compare.sh", Map.of(PYTHON, "" + python("torch"), PEERS, "numpy"));
    assertEquals(1, said.status());
    assertEquals(
        "compare: expected PEERS to find a peer, numpy finds none of these:\nPyTorch\n"
            + "PyTorch, channels last\nPyTorch, tuned\nPyTorch, tuned, channels last\n"
            + "PyTorch, compiled\nPyTorch, compiled, channels last\nJAX\nONNX Runtime\n",
        said.words());
  }

  /** Peers that print a line, but for one that fails; what they are told is in the second file. */
  private Said peers(String commands) throws Exception {
    Files.writeString(
        folder.resolve("peers.sh"),
        """
        set -euo pipefail
        home=$PWD here=$(dirname "$0") python=python results=$here/lines round=3
        . bench/recording.sh
        . bench/peers.sh
        made=$here
        peer() {
          echo "$*" >> "$here/told"
          [ "$1" != broken ] || { echo "no memory" >&2; return 1; }
          echo '{"ok":1}'
        }
        """
            + commands);
    return run(ROOT, folder.resolve("peers.sh").toString());
  }

  @Test
  void aPeerThatFailsIsLeftOutOfThatWorkFromThenOn() throws Exception {
    Said said = peers(
        """
        for again in 1 2; do
          on_peer try_record "Broken;broken;--tuned;;none" training "dim 8" --dim 8
          on_peer try_record "JAX;jax_unet;--tuned;-;jax" training "dim 8" --dim 8
          on_peer try_record "JAX;jax_unet;--tuned;-;jax" sampling "dim 8" --dim 8
        done
        """);
    assertEquals(new Said(0, "compare: Broken is left out: training dim 8: no memory\n"), said);
    assertEquals(
        List.of("broken --dim 8 --tuned", "jax_unet --dim 8 --tuned", "jax_unet --dim 8 --tuned"),
        Files.readAllLines(folder.resolve("told")));
    List<Line> lines = Line.all(folder.resolve("lines"));
    assertEquals(
        List.of("3 JAX training dim 8 {\"ok\":1}", "3 JAX training dim 8 {\"ok\":1}"),
        lines.stream()
            .map(line ->
                line.round() + " " + line.engine() + " " + line.task() + " " + line.figures())
            .toList());
  }

  @Test
  void whatPeersKeepIsMadeOnce() throws Exception {
    Said said = peers(
        """
        for again in 1 2; do
          on_peer make_once "PyTorch;torch_unet;;;torch" training "dim 8" --dim 8
          on_peer make_once "ONNX Runtime;ort_unet;-;--tuned;onnxruntime" sampling "dim 8" --dim 8
        done
        """);
    assertEquals(new Said(0, "making, once: ONNX Runtime, sampling dim 8\n"), said);
    assertEquals(
        List.of("ort_unet --dim 8 --tuned --model " + folder.resolve("dim-8.onnx")),
        Files.readAllLines(folder.resolve("told")));
  }

  /** What passes for a Python that can import one module: it names the others when asked. */
  private Path python(String module) throws IOException {
    Path python = Files.writeString(
        folder.resolve("python"),
        """
        #!/bin/bash
        [ "$2" != "import MODULE" ] || exit 0
        missing=()
        for word in "${@:3}"; do [ "$word" = MODULE ] || missing+=("$word"); done
        echo "${missing[*]}"
        """
            .replace("MODULE", module));
    assertTrue(python.toFile().setExecutable(true));
    return python;
  }

  private Said run(Path home, String command) throws IOException, InterruptedException {
    return run(home, command, Map.of());
  }

  private Said run(Path home, String command, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(BASH.toString()));
    words.addAll(List.of(command.split(" ")));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder(words)
        .directory(home.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new Said(process.waitFor(), Files.readString(output));
  }
}
