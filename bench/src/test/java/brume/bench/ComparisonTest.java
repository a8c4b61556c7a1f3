package brume.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the lines of {@code bench/compare.sh} become. */
class ComparisonTest {

  private static final String MACHINE =
      """
      {"round":1,"engine":"machine","work":"machine","shape":"","figures":{"cpu":"A CPU","cores":2,"load":0.25}}
      {"round":2,"engine":"machine","work":"machine","shape":"","figures":{"cpu":"A CPU","cores":2,"load":1.5}}
      """;
  private static final String OURS =
      """
      {"round":1,"engine":"Brume, JDK 17","work":"training","shape":"dim 8","others":0.00,"figures":{"peer":"brume 1","threads":2,"batch":4,"train_images_per_s":30,"forward_s":null,"peak_mib":300}}
      {"round":2,"engine":"Brume, JDK 17","work":"training","shape":"dim 8","others":0.50,"figures":{"peer":"brume 1","threads":2,"batch":4,"train_images_per_s":50,"forward_s":null,"peak_mib":310}}
      {"round":1,"engine":"Brume, JDK 17","work":"sampling","shape":"dim 8","others":0.10,"figures":{"peer":"brume 1","threads":2,"batch":4,"train_images_per_s":null,"forward_s":0.1,"peak_mib":200}}
      """;
  private static final String TWO =
      """
      {"round":1,"engine":"PyTorch","work":"training","shape":"dim 8","others":0.10,"figures":{"peer":"torch 2","threads":2,"batch":4,"train_images_per_s":10,"forward_s":null,"peak_mib":600}}
      {"round":2,"engine":"PyTorch","work":"training","shape":"dim 8","others":null,"figures":{"peer":"torch 2","threads":2,"batch":4,"train_images_per_s":10,"forward_s":null,"peak_mib":600}}
      {"round":1,"engine":"PyTorch, tuned","work":"training","shape":"dim 8","figures":{"peer":"torch 2","threads":2,"batch":4,"train_images_per_s":25,"forward_s":null,"peak_mib":750}}
      {"round":2,"engine":"PyTorch, tuned","work":"training","shape":"dim 8","figures":{"peer":"torch 2","threads":2,"batch":4,"train_images_per_s":20,"forward_s":null,"peak_mib":750}}
      """;
  private static final String THIRD =
      """
      {"round":1,"engine":"ONNX Runtime","work":"sampling","shape":"dim 8","figures":{"peer":"ort 1","threads":2,"batch":4,"train_images_per_s":null,"forward_s":0.2,"peak_mib":150}}
      {"round":1,"engine":"PyTorch","work":"sampling","shape":"dim 8","figures":{"peer":"torch 2","threads":2,"batch":4,"train_images_per_s":null,"forward_s":0.4,"peak_mib":250}}
      """;

  @TempDir
  private Path folder;

  private List<Line> lines(String text) throws IOException {
    return Line.all(Files.writeString(folder.resolve("figures.jsonl"), text));
  }

  private String tables(String text) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    new Comparison(lines(text), new PrintStream(written, true, StandardCharsets.UTF_8)).print();
    return written.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void fewPeersStandBesideOurs() throws IOException {
    assertEquals(
        """
        | step, images/s | Brume, JDK 17 | PyTorch | PyTorch, tuned | ratio |
        | --- | --- | --- | --- | --- |
        | training dim 8 | 40.0 (30.0-50.0) | 10.0 (10.0-10.0) | 22.5 (20.0-25.0) | 1.85 (1.20-2.50) |
        | sampling dim 8 | 40.0 |  |  |  |

        | largest resident memory, MiB (less is better) | Brume, JDK 17 | PyTorch | PyTorch, tuned | ratio |
        | --- | --- | --- | --- | --- |
        | training dim 8 | 305 (300-310) | 600 (600-600) | 750 (750-750) | 0.51 (0.50-0.52) |

        """,
        tables(OURS + TWO));
  }

  @Test
  void ofManyPeersTheBestStandsBesideOursAndAllStandBelow() throws IOException {
    assertEquals(
        """
        Measured on A CPU with 2 cores, by 2 threads. Load when rounds began: 0.25, 1.5. Other programs kept 0.10 (0.00-0.50) cores busy meanwhile. Engines: brume 1, torch 2, ort 1.

        | step, images/s | Brume, JDK 17 | best peer | ratio |
        | --- | --- | --- | --- |
        | training dim 8 | 40.0 (30.0-50.0) | PyTorch, tuned: 22.5 (20.0-25.0) | 1.85 (1.20-2.50) |
        | sampling dim 8 | 40.0 | ONNX Runtime: 20.0 | 2.00 |

        | step, images/s | PyTorch | PyTorch, tuned | ONNX Runtime |
        | --- | --- | --- | --- |
        | training dim 8 | 10.0 (10.0-10.0) | 22.5 (20.0-25.0) |  |
        | sampling dim 8 | 10.0 |  | 20.0 |

        | largest resident memory, MiB (less is better) | Brume, JDK 17 | PyTorch | PyTorch, tuned | ratio |
        | --- | --- | --- | --- | --- |
        | training dim 8 | 305 (300-310) | 600 (600-600) | 750 (750-750) | 0.51 (0.50-0.52) |

        """,
        tables(MACHINE + OURS + TWO + THIRD));
  }

  @Test
  void whoDidTooLittleIsBehindAtThatWorkOnly() throws IOException {
    List<Line> lines = lines(MACHINE + OURS + TWO + THIRD);
    assertEquals(
        List.of("PyTorch;training dim 8", "PyTorch;sampling dim 8"), Behind.behind(lines, 0.6));
    assertEquals(List.of("PyTorch;training dim 8"), Behind.behind(lines, 0.5));
    assertEquals(List.of(), Behind.behind(lines, 0.4));
  }
}
