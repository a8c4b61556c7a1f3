package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.library.CudaMath;
import brume.cuda.library.Dnn;
import brume.tensor.Text;
import java.util.List;

/**
 * What cuDNN does, in plain loops over the memory of an emulated GPU: the same conventions, and the
 * same refusals.
 */
public final class EmulatedDnn implements Dnn {

  private final EmulatedDriver driver;
  private final CudaMath math;

  /**
   * Starts the library.
   *
   * @param driver of the emulated GPU
   * @param math how exactly it multiplies
   */
  public EmulatedDnn(EmulatedDriver driver, CudaMath math) {
    this.driver = driver;
    this.math = math;
  }

  @Override
  public String describe() {
    return math.told("emulated cuDNN");
  }

  @Override
  public List<Plan> plans(Pass pass, Convolution at, long mostWorkspace) {
    requireSizes(at);
    Loops loops = new Loops(pass, at);
    return loops.workspaceBytes() <= mostWorkspace ? List.of(loops) : List.of();
  }

  private static void requireSizes(Convolution at) {
    int smallest =
        Math.min(Math.min(at.n(), Math.min(at.h(), at.w())), Math.min(at.cin(), at.cout()));
    boolean positive = Math.min(smallest, Math.min(at.kh(), at.kw())) >= 1
        && Math.min(at.strideH(), at.strideW()) >= 1
        && Math.min(at.dilationH(), at.dilationW()) >= 1
        && Math.min(at.padH(), at.padW()) >= 0;
    boolean grouped =
        at.groups() >= 1 && at.cin() % at.groups() == 0 && at.cout() % at.groups() == 0;
    if (!positive || !grouped) {
      throw refused("sizes of at least 1, in groups that divide the channels", at);
    }
    int roomH = at.h() + 2 * at.padH() - at.dilationH() * (at.kh() - 1) - 1;
    int roomW = at.w() + 2 * at.padW() - at.dilationW() * (at.kw() - 1) - 1;
    boolean fits = roomH >= 0
        && roomW >= 0
        && at.oh() == roomH / at.strideH() + 1
        && at.ow() == roomW / at.strideW() + 1;
    if (!fits) {
      throw refused("a result of the size that image, filters and padding give", at);
    }
  }

  private static CudaException refused(String expected, Convolution at) {
    return new CudaException(
        CudaStatus.NOT_SUPPORTED,
        "cudnnGetConvolutionAlgorithm",
        Text.of("expected %s, got %s", expected, at));
  }

  private float[] factors(DeviceFloats memory, long address, int count) {
    return Factors.of(math, memory.read(address, count));
  }

  @Override
  public void close() {}

  /** One pass of one convolution, which adds up the products of two of its tensors in the third. */
  private final class Loops implements Plan {
    private final Pass pass;
    private final ConvolutionProducts products;
    private final Convolution at;

    private Loops(Pass pass, Convolution at) {
      this.pass = pass;
      this.products = new ConvolutionProducts(at);
      this.at = at;
    }

    @Override
    public String name() {
      return "LOOPS";
    }

    @Override
    public long workspaceBytes() {
      return (long) Float.BYTES * at.cin() * at.kh() * at.kw(); // of one patch of the image
    }

    @Override
    public boolean addsBias() {
      return pass == Pass.FORWARD;
    }

    @Override
    public void run(long first, long second, long result, long workspace, Plus plus) {
      driver.enqueue("cudnnConvolution", memory -> {
        memory.write(workspace, new float[(int) workspaceBytes() / Float.BYTES]);
        float[] sums =
            switch (pass) {
              case FORWARD -> {
                float[] x = factors(memory, first, products.imageSize());
                float[] w = factors(memory, second, products.filterSize());
                float[] y = new float[products.resultSize()];
                products.forEach((ix, iw, iy) -> y[iy] += x[ix] * w[iw]);
                yield y;
              }
              case INPUT_GRADIENT -> {
                float[] w = factors(memory, first, products.filterSize());
                float[] dy = factors(memory, second, products.resultSize());
                float[] dx = new float[products.imageSize()];
                products.forEach((ix, iw, iy) -> dx[ix] += dy[iy] * w[iw]);
                yield dx;
              }
              case FILTER_GRADIENT -> {
                float[] x = factors(memory, first, products.imageSize());
                float[] dy = factors(memory, second, products.resultSize());
                float[] dw = new float[products.filterSize()];
                products.forEach((ix, iw, iy) -> dw[iw] += dy[iy] * x[ix]);
                yield dw;
              }
            };
        add(plus, memory, result, sums);
        memory.write(result, sums);
      });
    }

    private void add(Plus plus, DeviceFloats memory, long result, float[] sums) {
      if (plus.old()) {
        add(memory.read(result, sums.length), sums);
      }
      if (plus.bias() != 0) {
        add(memory.read(plus.bias(), at.cout()), sums);
      }
      if (plus.residual() != 0) {
        add(memory.read(plus.residual(), sums.length), sums);
      }
    }

    /** What is added may be shorter, and is repeated. */
    private static void add(float[] what, float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += what[i % what.length];
      }
    }
  }
}
