package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Graph;
import brume.tensor.kernel.Recording;

/**
 * Launches captured into a CUDA graph, with the memory they use. That memory is secluded: nobody else
 * is handed it out, so that the addresses in the graph stay right from one repetition to the next.
 */
final class CudaRecording implements Recording {

  private final Graph graph;
  private final CudaMemory.Seclusion memory;
  private final CudaTables.Hold tables;

  private CudaRecording(Graph graph, CudaMemory.Seclusion memory, CudaTables.Hold tables) {
    this.graph = graph;
    this.memory = memory;
    this.tables = tables;
  }

  /**
   * Does work once, then captures it. The first time loads the kernels, puts what is copied from the
   * host where the graph finds it, and leaves behind as much memory as the second time needs: while a
   * graph is captured, none can be taken from the driver.
   */
  static CudaRecording of(Runnable work, Driver driver, CudaMemory memory, HostCopies copies) {
    CudaTables.Hold tables = copies.keepUploads();
    try {
      work.run();
      // Nobody else may copy or take memory meanwhile. Who does takes the locks in the same order,
      // before that of the driver, which keeps it until all is captured.
      synchronized (copies) {
        synchronized (memory) {
          return captured(work, driver, memory, tables);
        }
      }
    } catch (RuntimeException | Error failed) {
      tables.close();
      throw failed;
    } finally {
      copies.endKeeping();
    }
  }

  private static CudaRecording captured(
      Runnable work, Driver driver, CudaMemory memory, CudaTables.Hold tables) {
    CudaMemory.Seclusion seclusion = memory.seclude();
    try {
      return new CudaRecording(driver.capture(work), seclusion, tables);
    } catch (RuntimeException | Error failed) {
      seclusion.close();
      throw failed;
    } finally {
      memory.endSeclusion();
    }
  }

  @Override
  public void replay() {
    graph.launch();
  }

  @Override
  public void close() {
    graph.close();
    memory.close();
    tables.close();
  }
}
