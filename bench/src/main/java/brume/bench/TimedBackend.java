package brume.bench;

import brume.tensor.DType;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.LossKernels;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.NormalizationKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.ResamplingKernels;
import brume.tensor.kernel.StridedKernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A backend that passes every kernel on to another one and notes how long it took. */
final class TimedBackend implements Backend {

  /**
   * What was noted of one kernel at one size.
   *
   * @param calls how often it ran
   * @param nanos how long in all
   * @param gflop billions of additions and multiplications in all, 0 where nobody counts them
   */
  record Note(int calls, long nanos, double gflop) {

    private Note plus(Note other) {
      return new Note(calls + other.calls, nanos + other.nanos, gflop + other.gflop);
    }
  }

  /**
   * What notes are kept by; turned into words only when they are read, as that takes longer than a
   * small kernel.
   *
   * @param kernel its name
   * @param sizes a geometry, or the shapes of the first tensors
   */
  private record Call(String kernel, Object sizes) {}

  private final Backend backend;
  private final Map<Call, Note> notes = new HashMap<>();

  TimedBackend(Backend backend) {
    this.backend = backend;
  }

  /** What was noted since the last {@link #forget}, by kernel and size. */
  Map<String, Note> notes() {
    Map<String, Note> words = new TreeMap<>();
    notes.forEach(
        (call, note) -> words.merge(call.kernel() + " " + words(call.sizes()), note, Note::plus));
    return words;
  }

  void forget() {
    notes.clear();
  }

  private <T> T timed(Class<T> family, T kernels) {
    Object proxy = Proxy.newProxyInstance(
        family.getClassLoader(), new Class<?>[] {family}, (self, method, arguments) -> {
          long start = System.nanoTime();
          try {
            return method.invoke(kernels, arguments);
          } catch (InvocationTargetException failure) {
            throw failure.getCause();
          } finally {
            long nanos = System.nanoTime() - start;
            Object[] given = arguments == null ? new Object[0] : arguments;
            notes.merge(
                new Call(method.getName(), sizes(given)),
                new Note(1, nanos, gflop(given)),
                Note::plus);
          }
        });
    return family.cast(proxy);
  }

  private static Object sizes(Object[] arguments) {
    Object first = arguments.length == 0 ? "" : arguments[0];
    if (first instanceof ConvGeometry || first instanceof MatmulGeometry) {
      return first;
    }
    return Arrays.stream(arguments)
        .filter(Tensor.class::isInstance)
        .map(tensor -> ((Tensor) tensor).shape())
        .limit(3)
        .toList();
  }

  private static String words(Object sizes) {
    if (sizes instanceof ConvGeometry at) {
      return "%s, %d of %dx%d, stride %d"
          .formatted(at.x(), at.cout(), at.kh(), at.kw(), at.window().strideH());
    }
    if (sizes instanceof MatmulGeometry at) {
      return "%d of (%d, %d, %d)%s%s"
          .formatted(
              at.batch(),
              at.m(),
              at.n(),
              at.k(),
              at.transposeA() ? ", A transposed" : "",
              at.transposeB() ? ", B transposed" : "");
    }
    return ((List<?>) sizes)
        .stream().distinct().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static double gflop(Object[] arguments) {
    if (arguments.length > 0 && arguments[0] instanceof ConvGeometry at) {
      return 2e-9 * at.y().size() * at.kh() * at.kw() * at.cin() / at.window().groups();
    }
    if (arguments.length > 0 && arguments[0] instanceof MatmulGeometry at) {
      return 2e-9 * at.batch() * at.m() * at.n() * at.k();
    }
    return 0;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public DType dtype() {
    return backend.dtype();
  }

  @Override
  public Storage allocate(int length) {
    return backend.allocate(length);
  }

  @Override
  public long liveBytes() {
    return backend.liveBytes();
  }

  @Override
  public long reservedBytes() {
    return backend.reservedBytes();
  }

  @Override
  public String describe() {
    return backend.describe();
  }

  @Override
  public ElementwiseKernels elementwise() {
    return timed(ElementwiseKernels.class, backend.elementwise());
  }

  @Override
  public ActivationKernels activation() {
    return timed(ActivationKernels.class, backend.activation());
  }

  @Override
  public ReductionKernels reduction() {
    return timed(ReductionKernels.class, backend.reduction());
  }

  @Override
  public MatmulKernels matmul() {
    return timed(MatmulKernels.class, backend.matmul());
  }

  @Override
  public ConvolutionKernels convolution() {
    return timed(ConvolutionKernels.class, backend.convolution());
  }

  @Override
  public NormalizationKernels normalization() {
    return timed(NormalizationKernels.class, backend.normalization());
  }

  @Override
  public AttentionKernels attention() {
    return timed(AttentionKernels.class, backend.attention());
  }

  @Override
  public ResamplingKernels resampling() {
    return timed(ResamplingKernels.class, backend.resampling());
  }

  @Override
  public IndexingKernels indexing() {
    return timed(IndexingKernels.class, backend.indexing());
  }

  @Override
  public StridedKernels strided() {
    return timed(StridedKernels.class, backend.strided());
  }

  @Override
  public LossKernels loss() {
    return timed(LossKernels.class, backend.loss());
  }

  @Override
  public RandomKernels random() {
    return timed(RandomKernels.class, backend.random());
  }

  @Override
  public OptimizerKernels optimizer() {
    return timed(OptimizerKernels.class, backend.optimizer());
  }
}
