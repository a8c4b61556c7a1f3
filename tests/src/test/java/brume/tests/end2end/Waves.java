package brume.tests.end2end;

import brume.diffusion.data.Dataset;

/** Small grey pictures of waves, made of nothing but their number. */
record Waves(int size, int side) implements Dataset {

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    for (int h = 0; h < side; h++) {
      for (int w = 0; w < side; w++) {
        int x = flipped ? side - 1 - w : w;
        into[offset + h * side + w] = (float) (0.5 + 0.5 * Math.sin(index + 0.7 * h + 0.4 * x));
      }
    }
  }

  @Override
  public String source() {
    return "waves";
  }
}
