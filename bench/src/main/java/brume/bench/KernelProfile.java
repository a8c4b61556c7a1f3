package brume.bench;

import brume.autograd.Gradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.MeanSquaredError;
import brume.nn.Pass;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.UNet;
import brume.nn.unet.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where the time of a training step goes: every kernel at every size, longest first. Arguments, each
 * with a default: dim (32), multiples (1,2,4), size (28), channels (1), batch (32), steps (10).
 */
public final class KernelProfile {

  private KernelProfile() {}

  /**
   * Prints the profile.
   *
   * @param arguments see above
   */
  public static void main(String... arguments) {
    int dim = number(arguments, 0, 32);
    List<Integer> multiples = Arrays.stream(
            (arguments.length > 1 ? arguments[1] : "1,2,4").split(","))
        .map(Integer::valueOf)
        .toList();
    int size = number(arguments, 2, 28), channels = number(arguments, 3, 1);
    int batch = number(arguments, 4, 32), steps = number(arguments, 5, 10);
    TimedBackend backend = new TimedBackend(Backends.cpu());
    try (Scope scope = Scope.open()) {
      UNet net = new UNet(
          backend,
          RandomKey.of(0),
          UNetConfig.image(BlockVersion.GROUP_NORM, channels, dim, multiples));
      Adam adam = new Adam(net.parameters(), AdamConfig.adam());
      Tensor x = Tensor.of(
          backend,
          Shape.of(batch, size, size, channels),
          new float[batch * size * size * channels]);
      for (int i = 0; i < 6; i++) {
        train(net, adam, x);
      }
      backend.forget();
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        train(net, adam, x);
      }
      print(
          System.out, "training step", backend.notes(), steps, (System.nanoTime() - start) / steps);
      for (int i = 0; i < 3; i++) {
        sample(net, x);
      }
      backend.forget();
      start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        sample(net, x);
      }
      print(
          System.out, "sampling step", backend.notes(), steps, (System.nanoTime() - start) / steps);
    }
  }

  private static int number(String[] arguments, int i, int otherwise) {
    return arguments.length > i ? Integer.parseInt(arguments[i]) : otherwise;
  }

  private static double[] times(Tensor x) {
    double[] times = new double[x.shape().dim(0)];
    Arrays.fill(times, 500);
    return times;
  }

  private static void train(UNet net, Adam adam, Tensor x) {
    try (Scope step = Scope.open()) {
      Variable y = net.forward(Variable.constant(x), times(x), Pass.training(RandomKey.of(1)));
      float[] ones = new float[x.shape().dim(0)];
      Arrays.fill(ones, 1);
      Variable weights = Variable.constant(Tensor.of(x.device(), Shape.of(ones.length), ones));
      Gradients gradients =
          MeanSquaredError.meanSquaredError(y, Variable.constant(x), weights).backward();
      adam.step(gradients, 1e-4);
    }
  }

  private static void sample(UNet net, Tensor x) {
    try (Tape.Pause pause = Tape.pause();
        Scope step = Scope.open()) {
      net.forward(Variable.constant(x), times(x), Pass.inference());
    }
  }

  private static void print(
      PrintStream out, String what, Map<String, TimedBackend.Note> notes, int steps, long nanos) {
    out.printf("%n%s: %.1f ms%n", what, nanos * 1e-6);
    out.println("| kernel | calls | ms | share | GFLOP/s |");
    out.println("| --- | --- | --- | --- | --- |");
    long[] known = {0};
    notes.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue().nanos(), a.getValue().nanos()))
        .forEach(entry -> {
          TimedBackend.Note note = entry.getValue();
          known[0] += note.nanos();
          if (note.nanos() > 0.003 * nanos * steps) {
            out.printf(
                "| %s | %d | %.2f | %.1f %% | %s |%n",
                entry.getKey(),
                note.calls() / steps,
                note.nanos() * 1e-6 / steps,
                100.0 * note.nanos() / steps / nanos,
                note.gflop() == 0 ? "" : "%.0f".formatted(note.gflop() / note.nanos() * 1e9));
          }
        });
    out.printf("outside of kernels: %.1f %%%n", 100 - 100.0 * known[0] / steps / nanos);
  }
}
