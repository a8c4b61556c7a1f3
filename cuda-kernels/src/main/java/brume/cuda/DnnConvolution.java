package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.library.Dnn;
import brume.cuda.library.Dnn.Pass;
import brume.cuda.library.Dnn.Plan;
import brume.cuda.library.Dnn.Plus;
import brume.tensor.DeviceException;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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
  private final Set<Task> biasless =
      ConcurrentHashMap.newKeySet(); // forward, by a plan that could not

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
    compute(new Task(Pass.FORWARD, at), x, w, y, result -> others.conv2d(at, x, w, result));
  }

  @Override
  public void conv2dPlus(
      ConvGeometry at, Tensor x, Tensor w, Tensor bias, Optional<Tensor> residual, Tensor y) {
    Task task = new Task(Pass.FORWARD, at);
    Optional<Plan> plan = plan(task, x, w, () -> y, result -> others.conv2d(at, x, w, result));
    if (plan.isEmpty()) {
      others.conv2dPlus(at, x, w, bias, residual, y);
    } else if (!plan.get().addsBias()
        || biasless.contains(task)
        || !addsBias(task, plan.get(), x, w, bias, residual, y)) {
      ConvolutionKernels.super.conv2dPlus(at, x, w, bias, residual, y);
    }
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    Task task = new Task(Pass.INPUT_GRADIENT, at);
    compute(task, w, dy, dx, result -> others.conv2dInputGrad(at, w, dy, result));
  }

  @Override
  public void addConv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    Task task = new Task(Pass.INPUT_GRADIENT, at);
    Optional<Plan> plan =
        plan(task, w, dy, dx::like, result -> others.conv2dInputGrad(at, w, dy, result));
    if (plan.isEmpty() || !isDone(task, plan.get(), w, dy, dx, Plus.OLD)) {
      others.addConv2dInputGrad(at, w, dy, dx);
    }
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    Task task = new Task(Pass.FILTER_GRADIENT, at);
    compute(task, x, dy, dw, result -> others.conv2dFilterGrad(at, x, dy, result));
  }

  /** A way to compute a task, our own kernel as a rule. */
  private interface Own {
    void into(Tensor result);
  }

  private void compute(Task task, Tensor first, Tensor second, Tensor result, Own own) {
    Optional<Plan> plan = plan(task, first, second, () -> result, own);
    if (plan.isEmpty() || !isDone(task, plan.get(), first, second, result, Plus.NOTHING)) {
      own.into(result);
    }
  }

  /**
   * The plan of a task, none for our own kernels.
   *
   * @param trial what ways to compute it are tried on, if they have to be: the numbers it holds are lost
   */
  private Optional<Plan> plan(
      Task task, Tensor first, Tensor second, Supplier<Tensor> trial, Own own) {
    Optional<Plan> plan = plans.get(task);
    if (plan
        == null) { // not under a lock: two threads that meet here both measure, which is no harm
      plan = choose(
          task,
          offered(task),
          p -> tried(trial, result -> run(p, first, second, result, Plus.NOTHING)),
          () -> tried(trial, own));
      plans.put(task, plan);
    }
    return plan;
  }

  private static void tried(Supplier<Tensor> trial, Own way) {
    try (Scope scratch = Scope.open()) {
      way.into(trial.get());
    }
  }

  /** Whether the library computes a task; if it refuses, our own kernels do from then on. */
  private boolean isDone(
      Task task, Plan plan, Tensor first, Tensor second, Tensor result, Plus plus) {
    try {
      run(plan, first, second, result, plus);
      return true;
    } catch (CudaException refused) {
      unlessRefusal(refused);
      plans.put(task, Optional.empty());
      LOG.warn(
          "{} refused {} by {}, which runs on Brume's own kernels from now on: {}",
          dnn.describe(),
          task,
          plan.name(),
          refused.getMessage());
      return false;
    }
  }

  /** Whether the library adds what is to be added; if it refuses, that is done apart from then on. */
  private boolean addsBias(
      Task task, Plan plan, Tensor x, Tensor w, Tensor bias, Optional<Tensor> residual, Tensor y) {
    DeviceException.unlessTogether(bias, y);
    residual.ifPresent(around -> DeviceException.unlessTogether(around, y));
    long around = residual.map(tensor -> CudaStorage.address(tensor, 0)).orElse(0L);
    try {
      run(plan, x, w, y, new Plus(false, CudaStorage.address(bias, 0), around));
      return true;
    } catch (CudaException refused) {
      unlessRefusal(refused);
      biasless.add(task);
      LOG.warn(
          "{} refused to add the bias to {} by {}, which Brume's own kernels do from now on: {}",
          dnn.describe(),
          task,
          plan.name(),
          refused.getMessage());
      return false;
    }
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

  private void run(Plan plan, Tensor first, Tensor second, Tensor result, Plus plus) {
    DeviceException.unlessTogether(first, result);
    DeviceException.unlessTogether(second, result);
    try (CudaMemory.Block workspace = memory.take(plan.workspaceBytes())) {
      long added = plus.old() || plus.residual() != 0 ? result.shape().size() : 0;
      long numbers =
          added + first.shape().size() + second.shape().size() + result.shape().size();
      long x = CudaStorage.address(first, 0), w = CudaStorage.address(second, 0);
      long y = CudaStorage.writableAddress(result, 0);
      profile.launch(
          "cuDNN " + plan.name(),
          numbers * Float.BYTES,
          () -> plan.run(x, w, y, workspace.address(), plus));
    }
  }
}
