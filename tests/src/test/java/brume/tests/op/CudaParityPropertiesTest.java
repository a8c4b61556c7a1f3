package brume.tests.op;

import brume.tensor.kernel.Backend;
import net.jqwik.api.Tag;

/** CUDA's kernels at sizes nobody chose, on a GPU or an emulated one. */
@Tag("gpu")
class CudaParityPropertiesTest extends ParityProperties {

  @Override
  Backend backend() {
    return TestBackends.gpu();
  }
}
