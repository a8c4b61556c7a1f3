package brume.cuda;

import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;

/** Matrix products on the GPU, by a kernel of our own or by a library. */
final class CudaMatmul implements MatmulKernels {

  private final Products products;

  CudaMatmul(Products products) {
    this.products = products;
  }

  @Override
  public void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    products.multiply(at, Heads.ONE, alpha, a, b, beta, c);
  }
}
