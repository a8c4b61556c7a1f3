package brume.cuda.emulator;

import brume.cuda.library.Dnn.Convolution;

/**
 * All products of a convolution: which elements of image, filters and result each connects.
 *
 * @param at sizes
 */
record ConvolutionProducts(Convolution at) {

  /** One product: elements of x, w and y. */
  interface Visit {
    void product(int ix, int iw, int iy);
  }

  int imageSize() {
    return at.n() * at.h() * at.w() * at.cin();
  }

  int filterSize() {
    return at.cout() * at.kh() * at.kw() * (at.cin() / at.groups());
  }

  int resultSize() {
    return at.n() * at.oh() * at.ow() * at.cout();
  }

  void forEach(Visit visit) {
    for (int pixel = 0; pixel < at.n() * at.oh() * at.ow(); pixel++) {
      int j = pixel % at.ow(), i = pixel / at.ow() % at.oh(), n = pixel / at.ow() / at.oh();
      for (int position = 0; position < at.kh() * at.kw(); position++) {
        int p = position / at.kw(), q = position % at.kw();
        int row = i * at.strideH() + p * at.dilationH() - at.padH();
        int column = j * at.strideW() + q * at.dilationW() - at.padW();
        if (row >= 0 && row < at.h() && column >= 0 && column < at.w()) {
          int seen = (n * at.h() + row) * at.w() + column;
          forEachChannel(seen * at.cin(), position, pixel * at.cout(), visit);
        }
      }
    }
  }

  private void forEachChannel(int x, int position, int y, Visit visit) {
    int cin = at.cin() / at.groups(), cout = at.cout() / at.groups();
    for (int o = 0; o < at.cout(); o++) {
      int w = (o * at.kh() * at.kw() + position) * cin, group = o / cout;
      for (int c = 0; c < cin; c++) {
        visit.product(x + group * cin + c, w + c, y + o);
      }
    }
  }
}
