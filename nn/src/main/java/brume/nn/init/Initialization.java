package brume.nn.init;

/** How linear layers and convolutions begin, as a rule for weights and biases of any size. */
public interface Initialization {

  /**
   * The rule for weights.
   *
   * @param fanIn inputs each output depends on
   * @param fanOut outputs each input contributes to
   * @return draws the weights
   */
  Initializer weight(int fanIn, int fanOut);

  /**
   * The rule for biases.
   *
   * @param fanIn inputs each output depends on
   * @return draws the biases
   */
  Initializer bias(int fanIn);

  /**
   * PyTorch's rule: weights and biases from {@link Initializer#kaiming}.
   *
   * @return the rule
   */
  static Initialization kaiming() {
    return new Initialization() {
      @Override
      public Initializer weight(int fanIn, int fanOut) {
        return Initializer.kaiming(fanIn);
      }

      @Override
      public Initializer bias(int fanIn) {
        return Initializer.kaiming(fanIn);
      }
    };
  }

  /**
   * Ho's rule: weights from {@link Initializer#glorot}, biases zero.
   *
   * @param scale of the variance of weights
   * @return the rule
   */
  static Initialization glorot(double scale) {
    return new Initialization() {
      @Override
      public Initializer weight(int fanIn, int fanOut) {
        return Initializer.glorot(fanIn, fanOut, scale);
      }

      @Override
      public Initializer bias(int fanIn) {
        return Initializer.constant(0);
      }
    };
  }
}
