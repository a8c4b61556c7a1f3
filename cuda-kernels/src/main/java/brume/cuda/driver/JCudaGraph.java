package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;

/** Recorded work, ready to be repeated. */
final class JCudaGraph implements Graph {

  private final JCudaDriver driver;
  private final CUgraphExec executable = new CUgraphExec();

  JCudaGraph(JCudaDriver driver, CUgraph graph) {
    this.driver = driver;
    try {
      check("cuGraphInstantiate", cuGraphInstantiate(executable, graph, 0));
    } finally {
      check("cuGraphDestroy", cuGraphDestroy(graph));
    }
  }

  @Override
  public void launch() {
    driver.launch(executable);
  }

  @Override
  public void close() {
    driver.enter();
    check("cuGraphExecDestroy", cuGraphExecDestroy(executable));
  }
}
