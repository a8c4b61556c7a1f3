package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.emulator.EmulatedDnn;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.CudaMath;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.Dnn;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.random.RandomKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Convolutions by a library that refuses, and by the fastest of several ways. */
class DnnConvolutionTest {

  private static final String BIASLESS = "a plan that adds no bias";
  private static final ConvGeometry AT =
      ConvGeometry.of(Shape.of(1, 5, 5, 2), Shape.of(3, 3, 3, 2), Window.padded(1));

  @TempDir
  private Path folder;

  private final EmulatedDriver emulated = EmulatedDriver.open(64 << 20);
  private final List<String> ran = new ArrayList<>();

  @Test
  void whatTheLibraryRefusesToPlanOurOwnKernelsCompute() {
    Library library = new Library(List.of("A"));
    library.refusesToPlan = true;
    assertResult(backend(emulated, library));
    assertEquals(List.of(), ran);
  }

  @Test
  void whatTheLibraryRefusesToRunOurOwnKernelsComputeFromThenOn() {
    Library library = new Library(List.of("A"));
    library.refusesToRun = CudaStatus.NOT_SUPPORTED;
    CudaBackend backend = backend(emulated, library);
    assertResult(backend);
    assertResult(backend);
    assertEquals(List.of("A"), ran, "asked once only");
  }

  @Test
  void afterAnyOtherFailureTheRunEnds() {
    Library library = new Library(List.of("A"));
    library.refusesToRun = CudaStatus.ILLEGAL_ADDRESS;
    CudaException thrown =
        assertThrows(CudaException.class, () -> assertResult(backend(emulated, library)));
    assertEquals(CudaStatus.ILLEGAL_ADDRESS, thrown.status());
  }

  @Test
  void whatIsAddedComesWithTheResultOrIsAddedApart() {
    for (String name : List.of("A", BIASLESS)) {
      CudaBackend backend = backend(emulated, new Library(List.of(name)));
      assertPlus(backend, Optional.empty());
      assertPlus(backend, Optional.of(numbers("residual", AT.y())));
    }
    assertPlus(backend(emulated, new Library(List.of())), Optional.of(numbers("r", AT.y())));
  }

  @Test
  void aGradientIsAddedToThatFromElsewhere() {
    for (List<String> names : List.of(List.of("A"), List.<String>of())) {
      assertSum(backend(emulated, new Library(names)));
    }
    Library refusing = new Library(List.of("A"));
    refusing.refusesToRun = CudaStatus.NOT_SUPPORTED;
    assertSum(backend(emulated, refusing));
    assertSum(
        backend(timed(9, 5, 5, 5, 9, 4, 4, 4), new Library(List.of("A")))); // by our own kernel
  }

  @Test
  void theFastestPlanIsTakenAndRememberedInAFile() {
    // A warming up and three times, then B, then our own kernel.
    Driver timed = timed(9, 5, 4, 5, 9, 3, 2, 3, 9, 7, 7, 7);
    CudaBackend backend = backend(timed, new Library(List.of("A", "B")));
    assertResult(backend);
    assertEquals(List.of("A", "A", "A", "A", "B", "B", "B", "B", "B"), ran);
    ran.clear();
    assertResult(backend(timed(), new Library(List.of("A", "B"))));
    assertEquals(List.of("B"), ran, "not timed again");
    Optional<String> summary = choices().summary();
    assertTrue(
        summary.orElseThrow().startsWith("convolutions: 1 timed, of which 1 by B; kept in "));
  }

  @Test
  void ourOwnKernelIsTakenIfItIsFaster() {
    Driver timed = timed(9, 5, 5, 5, 9, 4, 4, 4);
    CudaBackend backend = backend(timed, new Library(List.of("A")));
    assertResult(backend);
    ran.clear();
    assertResult(backend);
    assertResult(backend(timed(), new Library(List.of("A"))));
    assertEquals(List.of(), ran);
  }

  @Test
  void aPlanThatTheLibraryNoLongerOffersIsTimedAnew() {
    assertResult(backend(timed(9, 1, 1, 1, 9, 4, 4, 4), new Library(List.of("A"))));
    ran.clear();
    assertResult(backend(timed(9, 1, 1, 1, 9, 4, 4, 4), new Library(List.of("C"))));
    assertEquals(List.of("C", "C", "C", "C", "C"), ran);
  }

  @Test
  void aPlanMayUseAShareOfTheDevicesMemory() {
    Library library = new Library(List.of("A"));
    assertResult(backend(emulated, library));
    assertEquals((64 << 20) / 32, library.mostWorkspace);
  }

  // ---- A library, and a clock

  /** Computes rightly by any of its plans, or refuses. */
  private final class Library implements Dnn {
    private final Dnn right = new EmulatedDnn(emulated, CudaMath.EXACT);
    private final List<String> names;
    private boolean refusesToPlan;
    private CudaStatus refusesToRun = CudaStatus.OTHER;
    private long mostWorkspace;

    private Library(List<String> names) {
      this.names = names;
    }

    @Override
    public String describe() {
      return "library";
    }

    @Override
    public List<Plan> plans(Pass pass, Convolution at, long mostWorkspace) {
      this.mostWorkspace = mostWorkspace;
      if (refusesToPlan) {
        throw new CudaException(CudaStatus.NOT_SUPPORTED, "plan", "refused (3000)");
      }
      Plan plan = right.plans(pass, at, mostWorkspace).get(0);
      return names.stream().<Plan>map(name -> new Named(name, plan)).toList();
    }

    @Override
    public void close() {}

    private final class Named implements Plan {
      private final String name;
      private final Plan plan;

      private Named(String name, Plan plan) {
        this.name = name;
        this.plan = plan;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public long workspaceBytes() {
        return plan.workspaceBytes();
      }

      @Override
      public boolean addsBias() {
        return plan.addsBias() && !name.equals(BIASLESS);
      }

      @Override
      public void run(long first, long second, long result, long workspace, Plus plus) {
        ran.add(name);
        if (refusesToRun != CudaStatus.OTHER) {
          throw new CudaException(refusesToRun, "run", "refused (3000)");
        }
        plan.run(first, second, result, workspace, plus);
      }
    }
  }

  /** The emulated GPU with a clock that tells these times, one after the other. */
  private Driver timed(double... milliseconds) {
    Iterator<Double> times = Arrays.stream(milliseconds).iterator();
    return Intercepted.driver(emulated, "milliseconds", arguments -> {
      ((Runnable) arguments[0]).run();
      return OptionalDouble.of(times.next());
    });
  }

  private ConvolutionChoices choices() {
    return ConvolutionChoices.in(folder, "emulated GPU", "library");
  }

  private CudaBackend backend(Driver driver, Dnn dnn) {
    return new CudaBackend(
        "emulator", driver, Optional.empty(), Optional.of(dnn), choices(), CudaReplay.ON);
  }

  /** Computes a convolution, and the same on the reference. */
  private static void assertResult(CudaBackend backend) {
    float[] x = numbers("x", AT.x()), w = numbers("w", AT.filters());
    try (Scope scope = Scope.open()) {
      Tensor y = Tensor.empty(backend, AT.y());
      backend
          .convolution()
          .conv2d(AT, Tensor.of(backend, AT.x(), x), Tensor.of(backend, AT.filters(), w), y);
      assertArrayEquals(expected(x, w), y.toFloats(), 1e-5f);
    }
  }

  private static void assertPlus(CudaBackend backend, Optional<float[]> residual) {
    float[] x = numbers("x", AT.x()), w = numbers("w", AT.filters()), bias = {1, 2, 3};
    float[] expected = expected(x, w);
    for (int i = 0; i < expected.length; i++) {
      expected[i] += bias[i % 3] + (residual.isPresent() ? residual.get()[i] : 0);
    }
    try (Scope scope = Scope.open()) {
      Tensor y = Tensor.empty(backend, AT.y());
      Tensor xs = Tensor.of(backend, AT.x(), x), ws = Tensor.of(backend, AT.filters(), w);
      Tensor biases = Tensor.of(backend, Shape.of(3), bias);
      Optional<Tensor> around = residual.map(r -> Tensor.of(backend, AT.y(), r));
      backend.convolution().conv2dPlus(AT, xs, ws, biases, around, y);
      assertArrayEquals(expected, y.toFloats(), 1e-5f);
    }
  }

  /** The gradient added to numbers, against the gradient and the numbers. */
  private static void assertSum(CudaBackend backend) {
    float[] before = numbers("before", AT.x());
    try (Scope scope = Scope.open()) {
      Tensor w = Tensor.of(backend, AT.filters(), numbers("w", AT.filters()));
      Tensor dy = Tensor.of(backend, AT.y(), numbers("dy", AT.y()));
      Tensor total = Tensor.of(backend, AT.x(), before), alone = total.like();
      backend
          .convolution()
          .addConv2dInputGrad(AT, w, dy, total); // the first of its kind, perhaps timed
      backend.convolution().conv2dInputGrad(AT, w, dy, alone);
      float[] expected = alone.toFloats();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += before[i];
      }
      assertArrayEquals(expected, total.toFloats(), 1e-5f);
    }
  }

  private static float[] expected(float[] x, float[] w) {
    float[] y = new float[5 * 5 * 3];
    for (int i = 0; i < y.length; i++) {
      int c = i % 3, column = i / 3 % 5, row = i / 15;
      for (int k = 0; k < 18; k++) {
        int at = row - 1 + k / 6, across = column - 1 + k / 2 % 3;
        if (at >= 0 && at < 5 && across >= 0 && across < 5) {
          y[i] += x[(at * 5 + across) * 2 + k % 2] * w[c * 18 + k];
        }
      }
    }
    return y;
  }

  private static float[] numbers(String name, Shape shape) {
    float[] values = new float[shape.size()];
    RandomKey.of(1).child(name).fillNormal(0, values, 0, values.length);
    return values;
  }
}
