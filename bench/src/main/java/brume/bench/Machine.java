package brume.bench;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Where a benchmark computes, and the tensors it computes with. Mutable: it makes tensors. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class Machine {

  /** Name of the backend. */
  @Param("cpu")
  public String backend = "";

  /** Threads of the CPU backend; 0 for one per core. */
  @Param("0")
  public int threads;

  private @Nullable Scope scope;
  private int drawn;

  /** Made by JMH. */
  public Machine() {}

  /** Opens the backend, and a scope for what benchmarks prepare. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // closed by close(), after the last measurement
  public void open() {
    scope = Scope.open();
  }

  /** Frees what was prepared. */
  @TearDown
  public void close() {
    if (scope != null) {
      scope.close();
    }
  }

  Backend device() {
    return threads == 0
        ? Backends.named(backend)
        : Backends.named(backend, BackendOptions.none().with("threads", Integer.toString(threads)));
  }

  /** A tensor of standard normal numbers, other ones every time. */
  Tensor normal(Shape shape) {
    Tensor t = Tensor.empty(device(), shape);
    device().random().normal(RandomKey.of(drawn++), 0, t);
    return t;
  }

  Tensor normal(int... sizes) {
    return normal(Shape.of(sizes));
  }
}
