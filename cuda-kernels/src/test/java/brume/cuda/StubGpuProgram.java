package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.Graph;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.CudaStack;
import brume.cuda.library.JCudaStack;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link StubGpuTest} looks at: some scenes on stand-ins for NVIDIA's libraries. Prints the name
 * of each scene, what the stand-ins were called for, and what went wrong.
 */
final class StubGpuProgram {

  private final PrintStream out = System.out;
  private final Path folder;
  private int seen; // lines of the stand-ins' log

  private StubGpuProgram(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    StubGpuProgram program = new StubGpuProgram(Path.of(args[0]));
    CudaStack[] stack = new CudaStack[1];
    program.scene("open", "", () -> stack[0] = open());
    program.convolutions(stack[0]);
    program.threads(stack[0]);
    program.scene("close", "", () -> stack[0].close());
    for (String refused : args.length > 1 ? List.of(args[1]) : StubGpuTest.REFUSED) {
      program.scene("open without " + refused, refused, () -> open().close());
    }
  }

  private static CudaStack open() {
    CudaStack stack = JCudaStack.open(0, CudaLevel.CUDNN, CudaMath.EXACT, false);
    stack.report().forEach(System.out::println);
    return stack;
  }

  private interface Scene {
    void play() throws Exception;
  }

  private void scene(String name, String refused, Scene scene) throws Exception {
    refuse(refused);
    out.println("== " + name);
    try {
      scene.play();
    } catch (CudaException refusal) {
      out.println("thrown " + refusal.getMessage());
    }
    List<String> log = Files.readAllLines(folder.resolve("log"), StandardCharsets.UTF_8);
    log.subList(seen, log.size()).forEach(out::println);
    seen = log.size();
  }

  private void refuse(String calls) {
    try {
      Files.writeString(folder.resolve("refuse"), calls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- Convolutions

  private void convolutions(CudaStack stack) throws Exception {
    scene("convolve", "", () -> passes(backend(stack), 8));
    scene("convolve again", "", () -> passes(backend(stack), 8));
    scene("add", "", () -> {
      CudaBackend backend = backend(stack);
      add(backend, false);
      add(backend, true);
    });
    scene("refused bias", "cudnnConvolutionBiasActivationForward=3000", () -> {
      CudaBackend backend = backend(stack);
      add(backend, false);
      add(backend, false);
    });
    scene("refused plan", "cudnnGetConvolutionForwardAlgorithm_v7=3000", () -> {
      CudaBackend backend = backend(stack);
      forward(backend, 9);
      forward(backend, 9);
    });
    scene("refused run", "cudnnConvolutionForward=3000", () -> {
      CudaBackend backend = backend(stack);
      forward(backend, 10);
      forward(backend, 10);
    });
    scene("refused later", "", () -> {
      CudaBackend backend = backend(stack);
      forward(backend, 11);
      refuse("cudnnConvolutionForward=3000");
      forward(backend, 11);
      refuse("");
      forward(backend, 11);
    });
    scene("captured", "", () -> {
      CudaBackend backend = backend(stack);
      backend.record(() -> forward(backend, 8)).replay();
      backend.await();
    });
  }

  private CudaBackend backend(CudaStack stack) {
    return new CudaBackend(
        "cuda",
        stack.driver(),
        stack.blas(),
        stack.dnn(),
        ConvolutionChoices.in(folder, "stub", "cuDNN"),
        CudaReplay.ON);
  }

  private static void forward(CudaBackend backend, int side) {
    convolve(backend, side, false);
  }

  private static void passes(CudaBackend backend, int side) {
    convolve(backend, side, true);
  }

  private static ConvGeometry geometry(int side) {
    return ConvGeometry.of(Shape.of(1, side, side, 2), Shape.of(4, 3, 3, 2), Window.padded(1));
  }

  private static void convolve(CudaBackend backend, int side, boolean gradients) {
    ConvGeometry at = geometry(side);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(backend, at.x()), w = Tensor.empty(backend, at.filters());
      Tensor y = Tensor.empty(backend, at.y());
      backend.convolution().conv2d(at, x, w, y);
      if (gradients) {
        backend.convolution().conv2dInputGrad(at, w, y, x);
        backend.convolution().conv2dFilterGrad(at, x, y, w);
        x.toFloats();
      }
    }
  }

  /** Convolutions and a bias, then with a residual, and with a gradient from elsewhere. */
  private static void add(CudaBackend backend, boolean more) {
    ConvGeometry at = geometry(8);
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(backend, at.x()), w = Tensor.empty(backend, at.filters());
      Tensor y = Tensor.empty(backend, at.y()), bias = Tensor.empty(backend, Shape.of(at.cout()));
      Optional<Tensor> residual = more ? Optional.of(y.like()) : Optional.empty();
      backend.convolution().conv2dPlus(at, x, w, bias, residual, y);
      if (more) {
        backend.convolution().addConv2dInputGrad(at, w, y, x);
      }
    }
  }

  // ---- Threads

  private void threads(CudaStack stack) throws Exception {
    scene("wait while another thread captures", "", () -> {
      Thread waiting = new Thread(() -> {
        for (int i = 0; i < 200; i++) {
          stack.driver().synchronize();
        }
      });
      waiting.start();
      while (waiting.isAlive()) {
        stack.driver().capture(() -> {}).close();
      }
      waiting.join();
    });
    scene("multiply while another thread captures", "", () -> {
      Blas.Matrices c = new Blas.Matrices(stack.driver().allocate(4), 1, 0);
      Thread[] multiplying = new Thread[1];
      Graph graph = stack.driver().capture(() -> {
        multiplying[0] = new Thread(() -> stack
            .blas()
            .orElseThrow()
            .multiply(Blas.Operation.NONE, Blas.Operation.NONE, 1, 1, 1, 2, c, c, 3, c, 1));
        multiplying[0].start();
        pause();
      });
      multiplying[0].join();
      graph.close();
      stack.driver().free(c.address());
    });
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
