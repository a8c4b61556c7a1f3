package brume.cuda.library;

import brume.cuda.driver.JCudaDriver;
import jcuda.jcudnn.cudnnHandle;

/**
 * One pass of one convolution, and an algorithm of cuDNN that computes it.
 *
 * @param driver of the device
 * @param handle of the library
 * @param pass what is computed
 * @param descriptors of the convolution
 * @param algorithm its number
 * @param workspaceBytes beside the tensors
 */
record JCudnnPlan(
    JCudaDriver driver,
    cudnnHandle handle,
    JCudnnPass pass,
    JCudnnDescriptors descriptors,
    int algorithm,
    long workspaceBytes)
    implements Dnn.Plan {

  @Override
  public String name() {
    return pass.name(algorithm).replaceFirst("^CUDNN_CONVOLUTION_", "");
  }

  @Override
  public boolean addsBias() {
    return pass.addsBias(algorithm);
  }

  @Override
  public void run(long first, long second, long result, long workspace, Dnn.Plus plus) {
    driver.exclusively(() -> JCudnn.check(
        "cudnnConvolution by " + name(),
        plus.bias() == 0
            ? pass.run(
                handle,
                descriptors,
                algorithm,
                new Address(first),
                new Address(second),
                new Address(result),
                new Address(workspace),
                workspaceBytes,
                JCudnnPass.factorOfOld(plus))
            : JCudnnPass.runBiased(
                handle,
                descriptors,
                algorithm,
                new Address(first),
                new Address(second),
                new Address(result),
                new Address(workspace),
                workspaceBytes,
                plus)));
  }
}
