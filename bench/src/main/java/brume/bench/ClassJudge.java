package brume.bench;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.resample.MaxPool.maxPool;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.loss.Labeling;
import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.FashionMnist;
import brume.diffusion.data.PictureTensor;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Dropout;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.PoolGeometry.Window;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Judges whether samples of classes show what they were asked for: a small convolutional network learns the
 * classes of 9,000 of the pictures of Fashion-MNIST that come with Brume, is tried on the other 1,000,
 * and looks at samples, of which number i was asked to be of class i mod 10.
 *
 * <pre>
 *   x ─ 3×3, 32 ─ silu ─ max ─ 3×3, 64 ─ silu ─ max ─ dropout ─ 128 ─ silu ─ dropout ─ 10
 * </pre>
 */
public final class ClassJudge {

  private static final int HELD_OUT = 1000, CLASSES = 10, BATCH = 64, EPOCHS = 12;
  private static final double LEARNING_RATE = 1e-3, DROPOUT = 0.4;
  private static final Window HALVING = Window.square(2, 2, 0);
  private static final RandomKey KEY = RandomKey.of(0).child("judge");

  private final Device device;
  private final Parameters at;
  private final Conv2d first;
  private final Conv2d second;
  private final Variable hidden;
  private final Variable last;
  private final Dropout dropout;

  private ClassJudge(Device device) {
    this.device = device;
    this.at = Parameters.of(device, KEY.child("parameters"));
    this.first = new Conv2d(at.child("first"), ConvConfig.of(Domain.IMAGE, 1, 32, 3));
    this.second = new Conv2d(at.child("second"), ConvConfig.of(Domain.IMAGE, 32, 64, 3));
    this.hidden = matrix("hidden", 7 * 7 * 64, 128);
    this.last = matrix("last", 128, CLASSES);
    this.dropout = new Dropout(at.child("dropout"), DROPOUT);
  }

  private Variable matrix(String name, int in, int out) {
    Initializer weights = Initialization.kaiming().weight(in, out);
    return at.add(name, Shape.of(out, in), StoredLayout.SAME, weights);
  }

  /** (N, 28, 28, 1) to logits (N, classes). */
  private Variable logits(Variable x, Pass pass) {
    Variable h = maxPool(silu(first.forward(x)), HALVING);
    h = maxPool(silu(second.forward(h)), HALVING);
    int samples = h.shape().dim(0);
    h = dropout.forward(reshape(h, Shape.of(samples, h.shape().size() / samples)), pass);
    return linear(silu(linear(h, hidden)), last);
  }

  private void learn(Dataset pictures) throws IOException {
    Batches order = new Batches(pictures, 0, true);
    Adam adam = new Adam(at.all(), AdamConfig.adam());
    int steps = EPOCHS * pictures.size() / BATCH;
    float[] values = new float[BATCH * pictures.pictureLength()];
    for (int step = 0; step < steps; step++) {
      order.read((long) step * BATCH, BATCH, values);
      double[] truth = Labeling.of(CLASSES).distributions(order.labels((long) step * BATCH, BATCH));
      try (Scope scope = Scope.open()) {
        Variable x = Variable.constant(PictureTensor.of(device, shape(BATCH), values));
        Variable target = Variable.constant(Tensor.of(device, Shape.of(BATCH, CLASSES), truth));
        Variable logits = logits(x, Pass.training(KEY.child("step", step)));
        double rate = LEARNING_RATE * (1 + Math.cos(Math.PI * step / steps)) / 2;
        adam.step(mean(crossEntropy(logits, target)).backward(), rate);
      }
    }
  }

  /** The classes that pictures, (N, 28, 28, 1) in [0, 1], seem to be of. */
  private int[] judged(float[] pictures) {
    int length = 28 * 28, samples = pictures.length / length;
    int[] classes = new int[samples];
    for (int from = 0; from < samples; from += BATCH) {
      int count = Math.min(BATCH, samples - from);
      float[] some = Arrays.copyOfRange(pictures, from * length, (from + count) * length);
      try (Tape.Pause pause = Tape.pause();
          Scope scope = Scope.open()) {
        Variable x = Variable.constant(PictureTensor.of(device, shape(count), some));
        double[] logits = logits(x, Pass.inference()).value().toDoubles();
        for (int n = 0; n < count; n++) {
          int row = n * CLASSES;
          classes[from + n] = IntStream.range(0, CLASSES)
              .reduce(0, (best, c) -> logits[row + c] > logits[row + best] ? c : best);
        }
      }
    }
    return classes;
  }

  private static Shape shape(int samples) {
    return Shape.of(samples, 28, 28, 1);
  }

  /**
   * Learns, and judges files.
   *
   * @param files .safetensors of {@code brume sample}, of all classes in turn
   * @throws IOException if one cannot be read
   */
  public static void main(String[] files) throws IOException {
    FashionMnist all = FashionMnist.load();
    int known = all.size() - HELD_OUT;
    try (Scope scope = Scope.open()) {
      ClassJudge judge = new ClassJudge(Backends.cpu());
      judge.learn(new First(all, known));
      float[] others = new float[HELD_OUT * all.pictureLength()];
      for (int i = 0; i < HELD_OUT; i++) {
        all.read(known + i, false, others, i * all.pictureLength());
      }
      int[] truth = IntStream.range(known, all.size()).map(all::label).toArray();
      tell("pictures it has not seen", judge.judged(others), truth);
      for (String file : files) {
        int[] seen = judge.judged(SafeTensors.read(Path.of(file)).floats("samples"));
        tell(file, seen, IntStream.range(0, seen.length).map(i -> i % CLASSES).toArray());
      }
    }
  }

  private static void tell(String what, int[] judged, int[] asked) {
    int[] right = new int[CLASSES], of = new int[CLASSES];
    for (int i = 0; i < asked.length; i++) {
      of[asked[i]]++;
      right[asked[i]] += judged[i] == asked[i] ? 1 : 0;
    }
    double percent = 100.0 * Arrays.stream(right).sum() / asked.length;
    System.out.println(Text.of("%s: %.1f of 100 as asked", what, percent));
    for (int c = 0; c < CLASSES; c++) {
      double each = 100.0 * right[c] / of[c];
      System.out.println(Text.of("  %-12s %5.1f", FashionMnist.KINDS.get(c), each));
    }
  }

  /** The first pictures of a set. */
  private record First(FashionMnist all, int size) implements Dataset {
    @Override
    public int height() {
      return all.height();
    }

    @Override
    public int width() {
      return all.width();
    }

    @Override
    public int channels() {
      return all.channels();
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) {
      all.read(index, flipped, into, offset);
    }

    @Override
    public List<String> classes() {
      return all.classes();
    }

    @Override
    public int label(int index) {
      return all.label(index);
    }

    @Override
    public String source() {
      return all.source();
    }
  }
}
