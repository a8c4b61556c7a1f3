package brume.bench.gpu;

import brume.diffusion.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs {@code brume bench step} several times in one process, which by then has compiled its code. */
public final class StepTimes {

  private StepTimes() {}

  /**
   * Prints a line of JSON for each line of the standard input; an empty object where a run failed.
   *
   * @param args options of all runs; each line has those of one
   * @throws IOException if the input cannot be read
   */
  public static void main(String[] args) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      List<String> words = new ArrayList<>(List.of("bench", "step", "--json"));
      words.addAll(Arrays.asList(args));
      words.addAll(Arrays.asList(line.strip().split(" +")));
      if (Main.run(words.toArray(String[]::new)) != 0) {
        System.out.println("{}");
      }
      System.out.flush();
    }
  }
}
