package brume.diffusion.image;

import brume.tensor.Shape;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Objects;

/** An immutable picture of bytes, channels last: grey (C = 1) or red, green, blue (C = 3). */
public final class Picture {
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] bytes;

  private Picture(int height, int width, int channels, byte[] bytes) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.bytes = bytes;
  }

  /**
   * Makes a picture of bytes.
   *
   * @param height H, in pixels
   * @param width W, in pixels
   * @param channels C, 1 for grey or 3 for red, green, blue
   * @param bytes (H, W, C) unsigned; copied
   * @return the picture
   * @throws IllegalArgumentException if a size is not positive, C is neither 1 nor 3, or the number
   *     of bytes is not H * W * C
   */
  public static Picture of(int height, int width, int channels, byte[] bytes) {
    int length = length(height, width, channels);
    if (bytes.length != length) {
      throw new IllegalArgumentException("picture: expected " + length + " bytes for (H, W, C) = ("
          + height + ", " + width + ", " + channels + "), got " + bytes.length);
    }
    return new Picture(height, width, channels, bytes.clone());
  }

  /**
   * Makes a picture of numbers, rounding to the nearest of 256 levels, half up. Numbers outside
   * [0, 1] become the nearest end, and NaN becomes black.
   *
   * @param height H, in pixels
   * @param width W, in pixels
   * @param channels C, 1 for grey or 3 for red, green, blue
   * @param values holds (H, W, C) numbers in [0, 1]
   * @param offset where in {@code values} the first one is
   * @return the picture
   * @throws IllegalArgumentException if a size is not positive or C is neither 1 nor 3
   */
  public static Picture of(int height, int width, int channels, float[] values, int offset) {
    byte[] bytes = new byte[length(height, width, channels)];
    Objects.checkFromIndexSize(offset, bytes.length, values.length);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = level(values[offset + i]);
    }
    return new Picture(height, width, channels, bytes);
  }

  /**
   * Takes over an image of red, green and blue.
   *
   * @param image of 3 bands of 8 bits
   * @return (H, W, 3)
   */
  static Picture of(BufferedImage image) {
    int H = image.getHeight(), W = image.getWidth();
    int[] samples = image.getRaster().getPixels(0, 0, W, H, (int[]) null);
    byte[] bytes = new byte[length(H, W, 3)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) samples[i];
    }
    return new Picture(H, W, 3, bytes);
  }

  /**
   * Rounds a number to the nearest of 256 levels, half up.
   *
   * @param value in [0, 1]; what lies outside becomes the nearest end, and NaN becomes black
   * @return an unsigned byte
   */
  public static byte level(float value) {
    return (byte) (int) Math.max(0, Math.min(255, value * 255 + 0.5f));
  }

  private static int length(int height, int width, int channels) {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "picture: expected H and W of at least 1 and C of 1 or 3, got (H, W, C) = (" + height
              + ", " + width + ", " + channels + ")");
    }
    return Shape.product(height, width, channels);
  }

  /**
   * Tells the height.
   *
   * @return H, in pixels
   */
  public int height() {
    return height;
  }

  /**
   * Tells the width.
   *
   * @return W, in pixels
   */
  public int width() {
    return width;
  }

  /**
   * Tells the channels.
   *
   * @return C, 1 or 3
   */
  public int channels() {
    return channels;
  }

  /**
   * Copies the bytes out.
   *
   * @return (H, W, C) unsigned
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * Enlarges every pixel to a square of pixels.
   *
   * @param factor the side of that square, at least 1
   * @return (H * factor, W * factor, C)
   * @throws IllegalArgumentException if the factor is not positive
   */
  public Picture enlarged(int factor) {
    if (factor < 1) {
      throw new IllegalArgumentException("picture: expected a factor of at least 1, got " + factor);
    }
    int H = Shape.product(height, factor), W = Shape.product(width, factor);
    byte[] larger = new byte[length(H, W, channels)];
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        int from = (y / factor * width + x / factor) * channels;
        System.arraycopy(bytes, from, larger, (y * W + x) * channels, channels);
      }
    }
    return new Picture(H, W, channels, larger);
  }

  /**
   * Converts to an image that ImageIO can write.
   *
   * @return grey or RGB, 8 bits a channel
   */
  public BufferedImage toImage() {
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage image = new BufferedImage(width, height, type);
    // Samples, not colors: Java would darken grey on its way from sRGB to linear light.
    int[] samples = new int[bytes.length];
    Arrays.setAll(samples, i -> bytes[i] & 0xFF);
    image.getRaster().setPixels(0, 0, width, height, samples);
    return image;
  }

  /**
   * Copies this picture's rows into a larger array of rows.
   *
   * @param into (?, rowWidth, C) bytes
   * @param rowWidth W of that array
   * @param top where the first row goes
   * @param left where the first column goes
   */
  void copyInto(byte[] into, int rowWidth, int top, int left) {
    int row = width * channels;
    for (int y = 0; y < height; y++) {
      int to = ((top + y) * rowWidth + left) * channels;
      System.arraycopy(bytes, y * row, into, to, row);
    }
  }
}
