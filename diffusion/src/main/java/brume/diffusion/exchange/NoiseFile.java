package brume.diffusion.exchange;

import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.io.FileContent;
import brume.tensor.io.NpyFile;
import brume.tensor.io.NpzFile;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Noise that somebody has drawn elsewhere, so that the same samples can be drawn here and there. A {@code
 * .safetensors} or {@code .npz} file has arrays in the order of PyTorch, one row a sample:
 *
 * <pre>
 *   start             (N, C, h, w)     what samples begin with, of a spread of 1
 *   steps             (S, N, C, h, w)  the noise of each step, where steps add any
 *   posterior         (1, C, h, w)     chooses the latents of a picture that samples begin with
 *   masked            (1, C, h, w)     chooses those of the part of a picture that stays
 *   image             (1, 3, h, w)     of the small picture that is enlarged
 *   prior.start       (N, C)           of the vector of a picture, as unCLIP draws it
 *   prior.steps       (S, N, C)
 *   enlarging.start   (N, C, H, W)     of the large picture that is drawn of a small one
 *   enlarging.steps   (S, N, C, H, W)
 * </pre>
 *
 * <p>A {@code .npy} file has {@code start} alone. Axes of size 1 may be left out behind the first one. What is asked for
 * and not there is refused: none of it is drawn.
 */
public final class NoiseFile implements Randomness {

  private static final String START = "start", STEPS = "steps", ENLARGING = "enlarging.";
  private static final Set<String> NAMES = Collections.unmodifiableSet(new TreeSet<>(List.of(
      START,
      STEPS,
      "posterior",
      "masked",
      "image",
      "prior.start",
      "prior.steps",
      "enlarging.start",
      "enlarging.steps")));

  private final Path file;
  private final Map<String, Numbers> arrays;
  private final Set<String> unused;

  /** An array in the order of its file. */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Numbers(int[] shape, double[] values) {}

  private NoiseFile(Path file, Map<String, Numbers> arrays) {
    this.file = file;
    this.arrays = arrays;
    this.unused = Collections.synchronizedSet(new TreeSet<>(arrays.keySet()));
  }

  /**
   * Reads a file.
   *
   * @param file what its name says does not matter
   * @return its noise
   * @throws IOException if it cannot be read, or has an array of a name that means nothing
   */
  public static NoiseFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          file + ": expected noise in a .safetensors, .npz or .npy file, found no file");
    }
    Map<String, Numbers> arrays = new TreeMap<>();
    switch (FileContent.of(file)) {
      case SAFETENSORS -> {
        SafeTensors tensors = SafeTensors.read(file);
        for (String name : tensors.names()) {
          arrays.put(name, new Numbers(tensors.shape(name), tensors.doubles(name)));
        }
      }
      case ZIP -> {
        NpzFile all = NpzFile.read(file);
        for (String name : all.names()) {
          arrays.put(name, numbers(all.array(name)));
        }
      }
      case NPY -> arrays.put(START, numbers(NpyFile.read(file)));
      default ->
        throw new IOException(
            file + ": expected noise in a .safetensors, .npz or .npy file, got another file");
    }
    for (String name : arrays.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IOException(Text.of(
            "%s: expected arrays of noise called %s, got %s",
            file, String.join(", ", NAMES), name));
      }
    }
    return new NoiseFile(file, arrays);
  }

  private static Numbers numbers(NpyFile array) throws IOException {
    int[] shape = Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
    return new Numbers(shape, array.doubles());
  }

  /**
   * Arrays that nobody has asked for yet.
   *
   * @return their names
   */
  public List<String> unused() {
    return List.copyOf(unused);
  }

  /**
   * What tells it from other noise.
   *
   * @return a number of all names and numbers
   */
  public int fingerprint() {
    int all = 0;
    for (Map.Entry<String, Numbers> each : arrays.entrySet()) {
      all = 31 * all + each.getKey().hashCode();
      all = 31 * all + Arrays.hashCode(each.getValue().values());
    }
    return all;
  }

  @Override
  public NoiseSource samples(long first) {
    return new Stage("", first);
  }

  @Override
  public NoiseSource before(String stage, long first) {
    return new Stage(stage + ".", first);
  }

  @Override
  public Tensor shared(String name, Device device, Shape shape) {
    return rows(name, 0, 0, device, shape);
  }

  /** Arrays of a stage, for samples from a number on. */
  private final class Stage implements NoiseSource {
    private final String prefix;
    private final long first;

    Stage(String prefix, long first) {
      this.prefix = prefix;
      this.first = first;
    }

    @Override
    public Tensor start(Device device, Shape shape) {
      return rows(prefix + START, 0, first, device, shape);
    }

    @Override
    public Tensor step(int step, Device device, Shape shape) {
      return rows(prefix + STEPS, step, first, device, shape);
    }

    @Override
    public NoiseSource after(int steps) {
      return new Stage(ENLARGING, first);
    }
  }

  /** Rows of an array, of which one of steps has those of all samples for each of them. */
  private Tensor rows(String name, int step, long first, Device device, Shape shape) {
    unused.remove(name);
    int n = shape.dim(0), channels = shape.dim(shape.rank() - 1), each = shape.size() / n;
    boolean isOfSteps = name.endsWith(STEPS);
    Numbers array = arrays.get(name);
    int axes = isOfSteps ? 2 : 1; // in front of those of a sample
    if (array == null
        || array.shape().length < axes
        || array.shape()[axes - 1] < first + n
        || isOfSteps && array.shape()[0] <= step
        || !sizes(array.shape(), axes).equals(wanted(shape))) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected %s of %s%d samples of (%s), got %s",
          file,
          name,
          isOfSteps ? Text.of("%d steps or more, each of ", step + 1) : "",
          first + n,
          listed(wanted(shape)),
          array == null
              ? "none"
              : "(" + listed(Arrays.stream(array.shape()).boxed().toList()) + ")"));
    }
    double[] values = new double[n * each];
    int from = Math.toIntExact((isOfSteps ? (long) step * array.shape()[1] + first : first) * each);
    int pixels = each / channels;
    for (int i = 0; i < values.length; i++) { // channels come first there and last here
      int sample = i / each, pixel = i % each / channels, channel = i % channels;
      values[i] = array.values()[from + sample * each + channel * pixels + pixel];
    }
    return Tensor.of(device, shape, values);
  }

  /** Sizes behind the first axes, but those of 1. */
  private static List<Integer> sizes(int[] shape, int axes) {
    return IntStream.range(axes, shape.length)
        .mapToObj(i -> shape[i])
        .filter(size -> size != 1)
        .toList();
  }

  /** (C, ...) of a sample, but axes of 1. */
  private static List<Integer> wanted(Shape shape) {
    int[] sizes = shape.toArray();
    int last = sizes.length - 1;
    return IntStream.range(0, last)
        .map(i -> i == 0 ? sizes[last] : sizes[i])
        .filter(size -> size != 1)
        .boxed()
        .toList();
  }

  private static String listed(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
