package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCasesTest {

  @TempDir
  private Path folder;

  @Test
  void walksFoldersAndPassesByWeights() throws IOException {
    Path deeper = Files.createDirectories(folder.resolve("b/c"));
    new SafeTensorsWriter()
        .metadata("case", "any name")
        .metadata("kind", "op")
        .metadata("op", "silu")
        .metadata("attrs", "{\"eps\": 0.5}")
        .metadata("f32_max_abs_err", "{\"output.y\": 0.25}")
        .add("input.x", new int[] {1}, new float[1])
        .add("param.g", new int[] {1}, new float[1])
        .add("output.y", new int[] {1}, new double[1])
        .add("grad.output.y", new int[] {1}, new float[1])
        .add("grad.input.x", new int[] {1}, new double[1])
        .write(deeper.resolve("case.safetensors"));
    new SafeTensorsWriter().metadata("format", "pt").write(folder.resolve("weights.safetensors"));
    Files.writeString(folder.resolve("README.md"), "no case");

    List<GoldenCase> cases = GoldenCases.in(folder);
    assertEquals(1, cases.size());
    GoldenCase only = cases.get(0);
    assertEquals("op silu any name", only.toString());
    assertEquals(0.5, only.attrs().path("eps").asDouble());
    assertEquals(0.25, only.f32Error("output.y"));
    assertEquals(List.of("x"), only.inputs());
    assertEquals(List.of("g"), only.params());
    assertEquals(List.of("y"), only.outputs());
    assertEquals(List.of("input.x"), only.grads());
    assertEquals(List.of("output.y", "grad.input.x"), only.expected());
  }

  @Test
  void theCasesThatComeWithBrumeAreAllThere() throws IOException {
    TreeMap<String, Long> kinds = GoldenCases.in(GoldenCases.shipped()).stream()
        .collect(Collectors.groupingBy(GoldenCase::kind, TreeMap::new, Collectors.counting()));
    assertEquals(
        "{diffusion=35, function=12, image=1, loading=3, loss=58, metric=16, model=53, module=19, op=345, optim=28, pipeline=15, schedule=26, times=3, "
            + "tokenizer=3, train=5, trajectory=109}",
        kinds.toString());
  }

  @Test
  void reportsEachCaseOnALine() throws IOException {
    Path file = folder.resolve("deep/case.safetensors");
    Files.createDirectories(folder.resolve("deep"));
    new SafeTensorsWriter().metadata("case", "x").metadata("kind", "op").write(file);
    GoldenCase only = GoldenCases.in(folder).get(0);
    GoldenReport report = new GoldenReport(folder);
    report.add(only, "reference", 1.234e-10, GoldenReport.Verdict.PASS);
    report.add(only, "cpu", GoldenReport.Verdict.UNSUPPORTED);
    report.write(folder.resolve("target/golden.tsv"));
    assertEquals(
        """
        file\tkind\tbackend\tworst_relative_error\tverdict
        deep/case.safetensors\top\treference\t1.23e-10\tpass
        deep/case.safetensors\top\tcpu\t-\tunsupported
        """,
        Files.readString(folder.resolve("target/golden.tsv")));
  }

  @Test
  void movesChannelsToTheEndAndBack() {
    double[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}; // (1, 2, 3, 2)
    int[] shape = {1, 2, 3, 2}, last = {0, 2, 3, 1};
    double[] moved = ChannelsLast.permute(values, shape, last);
    assertArrayEquals(new double[] {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}, moved);
    assertArrayEquals(last, ChannelsLast.secondToLast(4));
    assertArrayEquals(new int[] {1, 3, 2, 2}, ChannelsLast.permute(shape, last));
    assertArrayEquals(
        values, ChannelsLast.permute(moved, new int[] {1, 3, 2, 2}, ChannelsLast.lastToSecond(4)));
    assertArrayEquals(new int[] {0, 1}, ChannelsLast.secondToLast(2));
    assertArrayEquals(new int[0], ChannelsLast.lastToSecond(0));
  }
}
