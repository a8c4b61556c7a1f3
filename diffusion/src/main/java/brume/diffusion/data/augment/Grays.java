package brume.diffusion.data.augment;

import brume.tensor.random.RandomKey;

/**
 * Some pictures lose their colors: each has a mix of the three channels of its own, brighter or darker by up to two fifths, so
 * that a color cannot be told by how bright it is. Black stays black.
 *
 * <p>Whoever compares pictures with texts, and never saw a color and a form together, takes the one for evidence against the other: to them,
 * what is green is no triangle. A form without a color has to be told by itself.
 *
 * @param raster of the pictures, with three channels
 * @param probability that a picture loses them
 * @param key of the run
 * @see <a href="https://arxiv.org/abs/2002.05709">Chen et al., A Simple Framework for Contrastive Learning of Visual
 *     Representations (2020), appendix A: gray and brightness, each by itself</a>
 */
record Grays(Raster raster, double probability, RandomKey key) implements Augmentation {

  private static final double[] NOTHING = new double[0];
  private static final double DARKEST = 0.6, BRIGHTEST = 1.4;

  @Override
  public void change(long position, float[] values, int offset) {
    RandomKey own = key.child("gray", position);
    if (own.uniform(0) >= probability) {
      return;
    }
    double red = share(own, 1), green = share(own, 2), blue = share(own, 3);
    double brightness = DARKEST + (BRIGHTEST - DARKEST) * own.uniform(4);
    double each = brightness / (red + green + blue);
    for (int at = offset; at < offset + raster.size(); at += 3) {
      double gray = each * (red * values[at] + green * values[at + 1] + blue * values[at + 2]);
      values[at] = values[at + 1] = values[at + 2] = (float) gray;
    }
  }

  /** Shares of a whole of which every division is as likely, once they are divided by their sum. */
  private static double share(RandomKey key, long element) {
    return -Math.log(1 - key.uniform(element));
  }

  /** {@inheritDoc} Nothing is told: it is not to be drawn, but to be recognized. */
  @Override
  public double[] told(long position) {
    return NOTHING;
  }
}
