package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.BinaryFunction;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.List;

/** Arithmetic element by element on the GPU; the kernels are described in elementwise.cu. */
final class CudaElementwise implements ElementwiseKernels {

  private static final int MAX_AXES = 4; // of struct Broadcast

  private final Driver driver;
  private final PtxModule.PerFunction<BinaryFunction> combine;
  private final PtxModule.PerFunction<BinaryFunction> combineGradA;
  private final PtxModule.PerFunction<BinaryFunction> combineGradB;
  private final CudaKernel mix;
  private final CudaKernel affine;
  private final CudaKernel scale;
  private final CudaKernel mixSamples;
  private final CudaKernel addPerChannel;
  private final CudaKernel clamp;
  private final CudaKernel clampGrad;

  CudaElementwise(Driver driver, PtxModule manyTensors) {
    PtxModule ptx = new PtxModule(driver, "elementwise");
    this.driver = driver;
    this.combine = ptx.kernels(BinaryFunction.class, "combine_");
    this.combineGradA = ptx.kernels(BinaryFunction.class, "combine_grad_a_");
    this.combineGradB = ptx.kernels(BinaryFunction.class, "combine_grad_b_");
    this.mix = ptx.kernel("mix");
    this.affine = ptx.kernel("affine");
    this.scale = manyTensors.kernel("scale");
    this.mixSamples = ptx.kernel("mix_samples");
    this.addPerChannel = ptx.kernel("add_per_channel");
    this.clamp = ptx.kernel("clamp");
    this.clampGrad = ptx.kernel("clamp_grad");
  }

  @Override
  public void combine(BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor y) {
    Parts parts = Parts.of(at);
    for (int part = 0; part < parts.count; part++) {
      CudaKernel.Launch launch = combine.of(f).over(parts.size);
      parts.operands(launch, part, a, b);
      launch.struct(parts.broadcast).i32(parts.size).into(y, part * parts.size).run();
    }
  }

  @Override
  public void combineGradA(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor da) {
    combineGrad(combineGradA.of(f), at, a, b, dy, da);
  }

  @Override
  public void combineGradB(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor db) {
    combineGrad(combineGradB.of(f), at, a, b, dy, db);
  }

  private static void combineGrad(
      CudaKernel kernel, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor dab) {
    Parts parts = Parts.of(at);
    for (int part = 0; part < parts.count; part++) {
      int first = part * parts.size;
      CudaKernel.Launch launch = kernel.over(parts.size);
      parts.operands(launch, part, a, b);
      launch
          .at(dy, first)
          .struct(parts.broadcast)
          .i32(parts.size)
          .into(dab, first)
          .run();
    }
  }

  @Override
  public void mix(double alpha, Tensor a, double beta, Tensor b, Tensor y) {
    int count = y.shape().size();
    mix.over(count).in(a, b).f32(alpha, beta).i32(count).out(y).run();
  }

  @Override
  public void affine(double alpha, Tensor x, double beta, Tensor y) {
    int count = y.shape().size();
    affine.over(count).in(x).f32(alpha, beta).i32(count).out(y).run();
  }

  @Override
  public void scale(double alpha, List<Tensor> xs, List<Tensor> ys) {
    TensorGroups.of(List.of(xs), List.of(ys))
        .forEach(groups -> groups.launch(scale).f32(alpha).i64(0).run());
  }

  @Override
  public void mixSamples(Tensor alpha, Tensor a, Tensor beta, Tensor b, Tensor y) {
    int count = y.shape().size(), sample = count / Math.max(1, alpha.shape().size());
    mixSamples.over(count).in(alpha, a, beta, b).i32(sample, count).out(y).run();
  }

  @Override
  public void addPerChannel(Tensor x, Tensor b, Tensor y) {
    int count = y.shape().size(), C = b.shape().size();
    addPerChannel.over(count).in(x, b).i32(C, count).out(y).run();
  }

  @Override
  public void clamp(Tensor x, double low, double high, Tensor y) {
    int count = y.shape().size();
    clamp.over(count).in(x).f32(low, high).i32(count).out(y).run();
  }

  @Override
  public void clampGrad(Tensor x, double low, double high, Tensor dy, Tensor dx) {
    int count = dx.shape().size();
    clampGrad.over(count).in(x, dy).f32(low, high).i32(count).out(dx).run();
  }

  @Override
  public void fill(double value, Tensor y) {
    if (y.shape().size() > 0) {
      int bits = Float.floatToRawIntBits((float) value);
      driver.fill(CudaStorage.writableAddress(y, 0), bits, y.shape().size());
    }
  }

  /** The launches of a geometry: one, unless it has more axes than a kernel can take. */
  private static final class Parts {
    private final BroadcastGeometry at;
    private final int[] broadcast; // struct Broadcast
    private final int size; // elements of one launch
    private final int rows; // rows of one launch
    private final int count; // launches

    private Parts(BroadcastGeometry at, int[] broadcast, int size) {
      this.at = at;
      this.broadcast = broadcast;
      this.size = size;
      this.rows = size / Math.max(1, at.row().size());
      this.count = size == 0 ? 0 : at.y().size() / size;
    }

    private static Parts of(BroadcastGeometry at) {
      List<BroadcastGeometry.Axis> axes = at.axes();
      int taken = Math.min(axes.size(), MAX_AXES), size = 1;
      int[] broadcast = new int[1 + 3 * MAX_AXES];
      broadcast[0] = taken;
      for (int i = 0; i < taken; i++) {
        BroadcastGeometry.Axis axis = axes.get(axes.size() - 1 - i);
        broadcast[1 + i] = axis.size();
        broadcast[1 + MAX_AXES + i] = axis.a();
        broadcast[1 + 2 * MAX_AXES + i] = axis.b();
        size *= axis.size();
      }
      return new Parts(at, broadcast, size);
    }

    private void operands(CudaKernel.Launch launch, int part, Tensor a, Tensor b) {
      launch.at(a, at.a(part * rows)).at(b, at.b(part * rows));
    }
  }
}
