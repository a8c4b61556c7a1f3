package brume.bench;

import static brume.autograd.function.MeanSquaredError.meanSquaredError;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Pass;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.UNet;
import brume.nn.unet.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A U-Net whose steps are measured, with pictures of noise. Mutable: it learns. */
final class StepNetwork {

  private static final RandomKey KEY = RandomKey.of(0).child("bench");
  private static final double LEARNING_RATE = 1e-4;

  private final UNet unet;
  private final Adam adam;
  private final Shape input;
  private final Tensor x;
  private final Tensor weights;
  private final double[] times;
  private int steps;

  /** A network owned by the innermost scope, for so many pictures at once. */
  private StepNetwork(Backend device, UNetConfig config, Shape input) {
    this.unet = new UNet(device, KEY.child("parameters"), config);
    this.adam = new Adam(unet.parameters(), AdamConfig.adam());
    this.input = input;
    this.x = Tensor.empty(device, input);
    this.weights = Tensor.empty(device, Shape.of(input.dim(0)));
    this.times = new double[input.dim(0)];
    device.random().normal(KEY, 0, x);
    device.elementwise().fill(1, weights);
    Arrays.fill(times, 500);
  }

  /** Reads batch, size, channels, dim, and its multiples: {@code 32x28x1x32x1-2-4}. */
  static StepNetwork of(Backend device, String shape) {
    String[] words = shape.split("x");
    int size = Integer.parseInt(words[1]), channels = Integer.parseInt(words[2]);
    List<Integer> multiples =
        Stream.of(words[4].split("-")).map(Integer::valueOf).toList();
    UNetConfig config =
        UNetConfig.image(BlockVersion.GROUP_NORM, channels, Integer.parseInt(words[3]), multiples);
    return new StepNetwork(
        device, config, Shape.of(Integer.parseInt(words[0]), size, size, channels));
  }

  /** What one picture costs in training or in sampling. */
  static Cost costOfOne(Backend device, String shape, boolean training) {
    KernelLog log = new KernelLog();
    try (Scope scope = Scope.open()) {
      StepNetwork network =
          of(WatchedBackend.of(device, log), "1" + shape.substring(shape.indexOf('x')));
      log.forget();
      if (training) {
        network.train();
      } else {
        network.sample();
      }
    }
    return log.cost();
  }

  int batch() {
    return input.dim(0);
  }

  /** Draws noise, predicts it, and learns from the error. */
  void train() {
    try (Scope step = Scope.open()) {
      RandomKey key = KEY.child("step", steps++);
      Tensor noise = x.like();
      Backend.of(noise).random().normal(key, 0, noise);
      Variable seen = Variable.constant(noise);
      Variable prediction = unet.forward(seen, times, Pass.training(key.child("pass")));
      Variable loss = meanSquaredError(prediction, seen, Variable.constant(weights));
      adam.step(loss.backward(), LEARNING_RATE);
    }
  }

  /** Predicts noise. */
  void sample() {
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      unet.forward(Variable.constant(x), times, Pass.inference());
    }
  }
}
