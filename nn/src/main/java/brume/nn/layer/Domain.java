package brume.nn.layer;

import brume.nn.StoredLayout;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;

/**
 * What the positions of an input are. Inside, a signal is an image of height one, so that one network
 * serves both; only filters and files tell them apart.
 */
public enum Domain {
  /** Pixels: inputs (N, H, W, C), square filters. */
  IMAGE(StoredLayout.FILTERS, StoredLayout.CHANNELS) {
    @Override
    Shape filters(int cout, int size, int cin) {
      return Shape.of(cout, size, size, cin);
    }

    @Override
    Window window(int stride, int padding) {
      return Window.strided(stride, padding);
    }
  },
  /** Steps of a sequence: inputs (N, 1, L, C), filters of height one. */
  SIGNAL(StoredLayout.FILTERS_1D, StoredLayout.CHANNELS_1D) {
    @Override
    Shape filters(int cout, int size, int cin) {
      return Shape.of(cout, 1, size, cin);
    }

    @Override
    Window window(int stride, int padding) {
      return new Window(1, stride, 0, padding, 0, padding, 1, 1, 1);
    }
  };

  private final StoredLayout filterLayout;
  private final StoredLayout channelLayout;

  Domain(StoredLayout filterLayout, StoredLayout channelLayout) {
    this.filterLayout = filterLayout;
    this.channelLayout = channelLayout;
  }

  /** Shape of filters that see {@code size} positions along every axis. */
  abstract Shape filters(int cout, int size, int cin);

  /** Stride and padding along every axis. */
  abstract Window window(int stride, int padding);

  /** How files order filters. */
  StoredLayout filterLayout() {
    return filterLayout;
  }

  /** How files order one number per channel. */
  StoredLayout channelLayout() {
    return channelLayout;
  }
}
