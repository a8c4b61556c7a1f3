package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Graph;
import brume.tensor.Text;
import brume.tensor.kernel.Recording;
import brume.tensor.kernel.RecordingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Launches captured into CUDA graphs, one for each part of the work, with the memory they use. That memory
 * is secluded: nobody else is handed it out, so that the addresses in the graphs stay right from one
 * repetition to the next.
 */
final class CudaRecording implements Recording {

  private final List<Graph> graphs;
  private final CudaInputs.Script inputs;
  private final CudaMemory.Seclusion memory;
  private final CudaTables.Hold tables;

  private CudaRecording(
      List<Graph> graphs,
      CudaInputs.Script inputs,
      CudaMemory.Seclusion memory,
      CudaTables.Hold tables) {
    this.graphs = graphs;
    this.inputs = inputs;
    this.memory = memory;
    this.tables = tables;
  }

  /**
   * What records on one device.
   *
   * @param driver of the device
   * @param memory all tensors take theirs from
   * @param copies from the host
   * @param constants what every repetition asks for again
   */
  record Recorder(Driver driver, CudaMemory memory, HostCopies copies, Constants constants) {

    /**
     * Does work once, then captures it. The first time loads the kernels, puts what is copied from the
     * host where the graph finds it, and leaves behind as much memory as the second time needs: while a
     * graph is captured, none can be taken from the driver.
     *
     * @param parts of the work
     * @param strict whether it must ask for the same the second time
     * @return the second time
     */
    CudaRecording record(List<Runnable> parts, boolean strict) {
      CudaTables.Hold tables = copies.keepUploads();
      CudaInputs.Script inputs = copies.inputs().begin();
      try {
        constants.begin();
        parts.forEach(Runnable::run);
        List<Constants.Call> calls = constants.end();
        inputs.place(memory);
        // Nobody else may copy or take memory meanwhile. Who does takes the locks in the same
        // order,
        // before that of the driver, which keeps it until all is captured.
        synchronized (copies) {
          synchronized (memory) {
            return captured(parts, inputs, tables, strict ? Optional.of(calls) : Optional.empty());
          }
        }
      } catch (RuntimeException | Error failed) {
        constants.end();
        inputs.close();
        tables.close();
        throw failed;
      } finally {
        copies.inputs().end();
        copies.endKeeping();
      }
    }

    private CudaRecording captured(
        List<Runnable> parts,
        CudaInputs.Script inputs,
        CudaTables.Hold tables,
        Optional<List<Constants.Call>> expected) {
      CudaMemory.Seclusion seclusion = memory.seclude();
      List<Graph> graphs = new ArrayList<>();
      try {
        constants.begin();
        for (Runnable part : parts) {
          inputs.beginPart();
          graphs.add(driver.capture(part));
        }
        List<Constants.Call> calls = constants.end();
        expected
            .flatMap(before -> Constants.difference(before, calls))
            .ifPresent(CudaRecording::refuse);
        return new CudaRecording(graphs, inputs, seclusion, tables);
      } catch (RuntimeException | Error failed) {
        graphs.forEach(Graph::close);
        seclusion.close();
        throw failed;
      } finally {
        memory.endSeclusion();
      }
    }
  }

  /** Tells that work cannot be repeated. */
  static void refuse(String difference) {
    throw new RecordingException(Text.of(
        "record: expected work that asks for the same each time, got %s the second time",
        difference));
  }

  @Override
  public void replay() {
    for (int part = 0; part < graphs.size(); part++) {
      replay(part);
    }
  }

  @Override
  public void replay(int part) {
    inputs.renew(part);
    graphs.get(part).launch();
  }

  @Override
  public void verify() {
    inputs.verify();
  }

  @Override
  public void close() {
    graphs.forEach(Graph::close);
    memory.close();
    inputs.close();
    tables.close();
  }
}
