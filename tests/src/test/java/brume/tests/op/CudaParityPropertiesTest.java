package brume.tests.op;

import brume.tensor.kernel.Backend;

/** CUDA's kernels at sizes nobody chose, on a GPU or an emulated one. */
class CudaParityPropertiesTest extends ParityProperties {

  @Override
  Backend backend() {
    return TestBackends.gpu();
  }
}
