package brume.cuda;

import brume.tensor.kernel.AttentionGeometry;

/** Products of the matrices of all samples and heads. */
final class HeadProducts {

  private final Products products;

  HeadProducts(Products products) {
    this.products = products;
  }

  /** For every sample and head, c = α·a·b. */
  void multiply(
      AttentionGeometry at, double alpha, HeadMatrices a, HeadMatrices b, HeadMatrices c) {
    Heads heads = new Heads(at.heads(), a.head(), b.head(), c.head());
    products.multiply(a.times(b, c, at.n()), heads, alpha, a.tensor(), b.tensor(), 0, c.tensor());
  }
}
