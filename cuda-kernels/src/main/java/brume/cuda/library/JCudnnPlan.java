package brume.cuda.library;

import java.util.Optional;
import jcuda.jcudnn.cudnnHandle;

/** One pass of one convolution, and the algorithm of cuDNN that computes it. */
final class JCudnnPlan implements Dnn.Plan, AutoCloseable {

  private final JCudnn library;
  private final cudnnHandle handle;
  private final JCudnnPass pass;
  private final JCudnnDescriptors descriptors;
  private final int algorithm;
  private final long workspaceBytes;

  private JCudnnPlan(
      JCudnn library,
      cudnnHandle handle,
      JCudnnPass pass,
      JCudnnDescriptors descriptors,
      int algorithm,
      long workspaceBytes) {
    this.library = library;
    this.handle = handle;
    this.pass = pass;
    this.descriptors = descriptors;
    this.algorithm = algorithm;
    this.workspaceBytes = workspaceBytes;
  }

  /** Looks for an algorithm; the descriptors are closed with the plan, or at once if there is none. */
  static Optional<JCudnnPlan> of(
      JCudnn library,
      cudnnHandle handle,
      Dnn.Pass pass,
      JCudnnDescriptors descriptors,
      long mostWorkspace) {
    JCudnnPass calls = JCudnnPass.of(pass);
    for (int algorithm : calls.ranking(handle, descriptors).toArray()) {
      long[] bytes = new long[1];
      int status = calls.workspace(handle, descriptors, algorithm, bytes);
      if (status == 0 && bytes[0] <= mostWorkspace) {
        return Optional.of(
            new JCudnnPlan(library, handle, calls, descriptors, algorithm, bytes[0]));
      }
    }
    descriptors.close();
    return Optional.empty();
  }

  @Override
  public long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public void run(long first, long second, long result, long workspace) {
    synchronized (library) {
      library.enter();
      pass.run(
          handle,
          descriptors,
          algorithm,
          new Address(first),
          new Address(second),
          new Address(result),
          new Address(workspace),
          workspaceBytes);
    }
  }

  @Override
  public void close() {
    descriptors.close();
  }
}
