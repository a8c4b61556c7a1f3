package brume.tests.op;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A program that prints one line for each op case and each function of {@link SameBitsTest}, with a hash
 * of the bits of all that the CPU makes of it, forward and backward. Vectors are as long as the flags of
 * its JVM allow.
 *
 * @param bits length of its vectors
 * @param lines what it printed
 */
record BitsOfAll(int bits, List<String> lines) {

  private static final int SAMPLES = 5;
  private static final String TITLE = "bits of vectors: ";

  /**
   * Runs the program in a JVM of its own.
   *
   * @param bytes most that a vector may have; the machine may have less
   * @param folder for what the program says
   */
  static BitsOfAll withVectorsOf(int bytes, Path folder) throws IOException, InterruptedException {
    Path out = folder.resolve("out-" + bytes), err = folder.resolve("err-" + bytes);
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process process = new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:MaxVectorSize=" + bytes,
            "-Xmx1g",
            "-cp",
            classPath,
            BitsOfAll.class.getName())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(Text.of(
          "vectors of %d bytes: expected all bits, got\n%s\n%s",
          bytes, Files.readString(out), Files.readString(err)));
    }
    List<String> lines = Files.readAllLines(out).stream() // behind warnings of the JVM
        .dropWhile(line -> !line.startsWith(TITLE))
        .toList();
    return new BitsOfAll(
        Integer.parseInt(lines.get(0).substring(TITLE.length())), lines.subList(1, lines.size()));
  }

  /** Takes no arguments. */
  public static void main(String[] none) {
    Backend cpu = Backends.cpu();
    System.out.println(TITLE + cpu.describe().replaceFirst(".* (\\d+)-bit.*", "$1"));
    Stream.concat(OpCases.small(), OpCases.large())
        .forEach(
            op -> print(op.name(), OpRun.of(op, cpu, OpCase::normal).results().values()));
    SameBitsTest.functions().map(Arguments::get).forEach(function -> {
      @SuppressWarnings("unchecked")
      UnaryOperator<Variable> f = (UnaryOperator<Variable>) function[2];
      float[][] results = SameBitsTest.outputAndGradient(cpu, SAMPLES, (Shape) function[1], f);
      print(function[0] + ", larger", List.of(doubles(results[0]), doubles(results[1])));
    });
    System.exit(0); // does not wait for the backend's threads
  }

  private static double[] doubles(float[] x) {
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> x[i]);
    return y;
  }

  private static void print(String name, Collection<double[]> results) {
    long hash = 0;
    for (double[] values : results) {
      for (double value : values) {
        hash = 31 * hash + Double.doubleToLongBits(value);
      }
    }
    System.out.println(name + ": " + HexFormat.of().toHexDigits(hash));
  }
}
