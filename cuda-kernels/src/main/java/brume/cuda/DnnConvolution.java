package brume.cuda;

import brume.cuda.library.Dnn;
import brume.cuda.library.Dnn.Pass;
import brume.cuda.library.Dnn.Plan;
import brume.tensor.DeviceException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Convolution on the GPU by a library; what it does not take goes to kernels of our own. How it
 * computes a convolution is looked up once for each geometry.
 */
final class DnnConvolution implements ConvolutionKernels {

  private static final long MOST_WORKSPACE = 256L << 20; // bytes

  private final Dnn dnn;
  private final CudaMemory memory;
  private final ConvolutionKernels others;
  private final Map<Task, Optional<Plan>> plans = new ConcurrentHashMap<>();

  DnnConvolution(Dnn dnn, CudaMemory memory, ConvolutionKernels others) {
    this.dnn = dnn;
    this.memory = memory;
    this.others = others;
  }

  /** One pass of one geometry. */
  private record Task(Pass pass, ConvGeometry at) {}

  @Override
  public void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y) {
    plan(Pass.FORWARD, at)
        .ifPresentOrElse(plan -> run(plan, x, w, y), () -> others.conv2d(at, x, w, y));
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    plan(Pass.INPUT_GRADIENT, at)
        .ifPresentOrElse(plan -> run(plan, w, dy, dx), () -> others.conv2dInputGrad(at, w, dy, dx));
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    plan(Pass.FILTER_GRADIENT, at)
        .ifPresentOrElse(
            plan -> run(plan, x, dy, dw), () -> others.conv2dFilterGrad(at, x, dy, dw));
  }

  private Optional<Plan> plan(Pass pass, ConvGeometry at) {
    return plans.computeIfAbsent(new Task(pass, at), this::lookUp);
  }

  private Optional<Plan> lookUp(Task task) {
    ConvGeometry at = task.at;
    ConvGeometry.Window window = at.window();
    boolean empty = at.x().size() == 0 || at.y().size() == 0 || at.filters().size() == 0;
    if (empty || !isPaddedAlike(at)) {
      return Optional.empty();
    }
    Dnn.Convolution sizes = new Dnn.Convolution(
        at.n(),
        at.h(),
        at.w(),
        at.cin(),
        at.cout(),
        at.kh(),
        at.kw(),
        at.oh(),
        at.ow(),
        window.strideH(),
        window.strideW(),
        window.top(),
        window.left(),
        window.dilationH(),
        window.dilationW(),
        window.groups());
    return dnn.plan(task.pass, sizes, MOST_WORKSPACE);
  }

  /** Whether as much padding below as above, and right as left, gives a result of the same size. */
  private static boolean isPaddedAlike(ConvGeometry at) {
    ConvGeometry.Window window = at.window();
    int roomH = at.h() + 2 * window.top() - window.dilationH() * (at.kh() - 1) - 1;
    int roomW = at.w() + 2 * window.left() - window.dilationW() * (at.kw() - 1) - 1;
    return roomH >= 0
        && roomW >= 0
        && roomH / window.strideH() + 1 == at.oh()
        && roomW / window.strideW() + 1 == at.ow();
  }

  private void run(Plan plan, Tensor first, Tensor second, Tensor result) {
    DeviceException.unlessTogether(first, result);
    DeviceException.unlessTogether(second, result);
    try (CudaMemory.Block workspace = memory.take(plan.workspaceBytes())) {
      plan.run(
          CudaStorage.address(first, 0),
          CudaStorage.address(second, 0),
          CudaStorage.writableAddress(result, 0),
          workspace.address());
    }
  }
}
