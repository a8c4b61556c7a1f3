package brume.cuda;

/**
 * Matrix products that lie side by side in each product of a batch, such as the heads of attention.
 *
 * @param count how many
 * @param a elements from one to the next in A
 * @param b elements from one to the next in B
 * @param c elements from one to the next in C
 */
record Heads(int count, int a, int b, int c) {

  /** Only the product itself. */
  static final Heads ONE = new Heads(1, 0, 0, 0);
}
