package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.library.Dnn;
import brume.cuda.library.Dnn.Pass;
import brume.cuda.library.Dnn.Plan;
import brume.tensor.DeviceException;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Convolution on the GPU by a library; what it does not take, refuses, or is slower at goes to kernels
 * of our own. That is settled once for each geometry, by timing all ways on the tensors of the first
 * call, and remembered in a file, so that the next run computes the same bits.
 */
final class DnnConvolution implements ConvolutionKernels {

  private static final Logger LOG = LoggerFactory.getLogger(DnnConvolution.class);

  /** Of the device's memory a plan may use for itself: 256 MiB of 8 GiB. */
  private static final int SHARE_OF_MEMORY = 32;

  private final Dnn dnn;
  private final CudaMemory memory;
  private final Fastest fastest;
  private final ConvolutionChoices choices;
  private final LaunchProfile profile;
  private final ConvolutionKernels others;
  private final long mostWorkspace;
  private final Map<Task, Optional<Plan>> plans = new ConcurrentHashMap<>();

  DnnConvolution(
      Dnn dnn,
      Driver driver,
      CudaMemory memory,
      ConvolutionChoices choices,
      LaunchProfile profile,
      ConvolutionKernels others) {
    this.dnn = dnn;
    this.memory = memory;
    this.fastest = new Fastest(driver);
    this.choices = choices;
    this.profile = profile;
    this.others = others;
    this.mostWorkspace = driver.totalMemory() / SHARE_OF_MEMORY;
  }

  /** One pass of one geometry. */
  private record Task(Pass pass, ConvGeometry at) {

    /** For people, and for the file. */
    @Override
    public String toString() {
      ConvGeometry.Window window = at.window();
      return Text.of(
          "%s of %dx%dx%dx%d by %dx%dx%dx%d, stride %dx%d, padding %d,%d,%d,%d, dilation %dx%d, groups %d",
          pass,
          at.n(),
          at.h(),
          at.w(),
          at.cin(),
          at.cout(),
          at.kh(),
          at.kw(),
          at.cin() / window.groups(),
          window.strideH(),
          window.strideW(),
          window.top(),
          window.left(),
          window.bottom(),
          window.right(),
          window.dilationH(),
          window.dilationW(),
          window.groups());
    }
  }

  @Override
  public void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y) {
    compute(new Task(Pass.FORWARD, at), x, w, y, () -> others.conv2d(at, x, w, y));
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    compute(
        new Task(Pass.INPUT_GRADIENT, at), w, dy, dx, () -> others.conv2dInputGrad(at, w, dy, dx));
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    compute(
        new Task(Pass.FILTER_GRADIENT, at),
        x,
        dy,
        dw,
        () -> others.conv2dFilterGrad(at, x, dy, dw));
  }

  private void compute(Task task, Tensor first, Tensor second, Tensor result, Runnable own) {
    DeviceException.unlessTogether(first, result);
    DeviceException.unlessTogether(second, result);
    Optional<Plan> plan = plans.get(task);
    if (plan
        == null) { // not under a lock: two threads that meet here both measure, which is no harm
      plan = choose(task, offered(task), p -> run(p, first, second, result), own);
      plans.put(task, plan);
    }
    if (plan.isPresent()) {
      try {
        run(plan.get(), first, second, result);
        return;
      } catch (CudaException refused) {
        unlessRefusal(refused);
        plans.put(task, Optional.empty());
        LOG.warn(
            "{} refused {} by {}, which runs on Brume's own kernels from now on: {}",
            dnn.describe(),
            task,
            plan.get().name(),
            refused.getMessage());
      }
    }
    own.run();
  }

  /** Goes on only if the library said no; what else goes wrong is not mended by other kernels. */
  private static void unlessRefusal(CudaException thrown) {
    if (thrown.status() != CudaStatus.NOT_SUPPORTED) {
      throw thrown;
    }
  }

  // ---- Choosing

  private interface Computing {
    void by(Plan plan);
  }

  private Optional<Plan> choose(Task task, List<Plan> offered, Computing computing, Runnable own) {
    if (offered.isEmpty()) {
      return Optional.empty();
    }
    String name = task.toString();
    Optional<String> before = choices.of(name).filter(way -> isOffered(offered, way));
    return named(offered, before.orElseGet(() -> measured(name, offered, computing, own)));
  }

  /** The fastest way, which is kept, or what another process has kept meanwhile. */
  private String measured(String name, List<Plan> offered, Computing computing, Runnable own) {
    List<Fastest.Way> ways = new ArrayList<>();
    offered.forEach(plan -> ways.add(new Fastest.Way(plan.name(), () -> computing.by(plan))));
    ways.add(new Fastest.Way(ConvolutionChoices.OWN, own));
    Fastest.Choice choice = fastest.of(ways);
    choice
        .refusals()
        .forEach(refusal -> LOG.warn("{} refused {} by {}", dnn.describe(), name, refusal));
    return choice.isMeasured() ? choices.keep(name, choice.name(), choice.times()) : choice.name();
  }

  private static boolean isOffered(List<Plan> offered, String way) {
    return way.equals(ConvolutionChoices.OWN) || named(offered, way).isPresent();
  }

  /** The plan of that name; none for our own kernels. */
  private static Optional<Plan> named(List<Plan> offered, String way) {
    return offered.stream().filter(plan -> plan.name().equals(way)).findFirst();
  }

  /** The plans of the library; if there are none, that is told, since it costs time. */
  private List<Plan> offered(Task task) {
    ConvGeometry at = task.at;
    boolean empty = at.x().size() == 0 || at.y().size() == 0 || at.filters().size() == 0;
    if (empty || !isPaddedAlike(at)) {
      return List.of();
    }
    try {
      List<Plan> offered = dnn.plans(task.pass, sizes(at), mostWorkspace);
      if (offered.isEmpty()) {
        LOG.info(
            "{} has no exact and repeatable algorithm within {} MiB for {}: it runs on Brume's own kernels",
            dnn.describe(),
            mostWorkspace >> 20,
            task);
      }
      return offered;
    } catch (CudaException refused) {
      unlessRefusal(refused);
      LOG.warn(
          "{} refused {}, which runs on Brume's own kernels: {}",
          dnn.describe(),
          task,
          refused.getMessage());
      return List.of();
    }
  }

  private static Dnn.Convolution sizes(ConvGeometry at) {
    ConvGeometry.Window window = at.window();
    return new Dnn.Convolution(
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
    try (CudaMemory.Block workspace = memory.take(plan.workspaceBytes())) {
      long numbers =
          (long) first.shape().size() + second.shape().size() + result.shape().size();
      long x = CudaStorage.address(first, 0), w = CudaStorage.address(second, 0);
      long y = CudaStorage.writableAddress(result, 0);
      profile.launch(
          "cuDNN " + plan.name(),
          numbers * Float.BYTES,
          () -> plan.run(x, w, y, workspace.address()));
    }
  }
}
