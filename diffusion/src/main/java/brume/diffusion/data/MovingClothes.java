package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Videos of clothes that fly straight on and bounce off the edges: what Moving MNIST does with digits. The
 * pictures are those of {@link FashionMnist} at half their size. Frames lie one below the other. Where
 * video n begins and how it moves follows from n; nothing is stored.
 *
 * <pre>
 *   place(t) = bounced(start + t·speed·(cos φ, sin φ))     start and φ even, speed from 1 to 3 pixels a frame
 * </pre>
 *
 * <p>Places lie between pixels, too, so that clothes move smoothly.
 *
 * @see <a href="https://arxiv.org/abs/1502.04681">Srivastava, Mansimov and Salakhutdinov, Unsupervised
 *     Learning of Video Representations using LSTMs (2015), section 3.1: Moving MNIST</a>
 */
public final class MovingClothes implements Dataset {

  /** Height and width of what moves. */
  static final int SIDE = 14;

  private static final double SLOWEST = 1, FASTEST = 3; // pixels a frame

  private final FashionMnist clothes;
  private final int frames;
  private final int size;
  private final int count;
  private final RandomKey across;
  private final RandomKey down;
  private final RandomKey direction;
  private final RandomKey speed;

  private MovingClothes(FashionMnist clothes, int frames, int size, int count) {
    RandomKey key = RandomKey.of(0).child("moving");
    this.clothes = clothes;
    this.frames = frames;
    this.size = size;
    this.count = count;
    this.across = key.child("across");
    this.down = key.child("down");
    this.direction = key.child("direction");
    this.speed = key.child("speed");
  }

  /**
   * The first videos of the set; of more frames, they are the same videos going on.
   *
   * @param frames of each, at least 1
   * @param size height and width of a frame, larger than what moves
   * @param count how many, at least 1
   * @return the videos
   * @throws IOException if Brume's jar is damaged
   */
  public static MovingClothes of(int frames, int size, int count) throws IOException {
    if (frames < 1 || size <= SIDE || count < 1) {
      throw new IllegalArgumentException(Text.of(
          "moving clothes: expected frames and a count of 1 or more and a size above %d, got %d, %d and %d",
          SIDE, frames, count, size));
    }
    return new MovingClothes(FashionMnist.load(), frames, size, count);
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int height() {
    return frames * size;
  }

  @Override
  public int width() {
    return size;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public List<String> classes() {
    return clothes.classes();
  }

  @Override
  public int label(int index) {
    return clothes.label(index % clothes.size());
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    Objects.checkIndex(index, count);
    float[] moving = small(index % clothes.size());
    double room = size - SIDE, angle = 2 * Math.PI * direction.uniform(index);
    double pace = SLOWEST + (FASTEST - SLOWEST) * speed.uniform(index);
    for (int t = 0; t < frames; t++) {
      double x = bounced(room * across.uniform(index) + t * pace * Math.cos(angle), room);
      double y = bounced(room * down.uniform(index) + t * pace * Math.sin(angle), room);
      draw(moving, x, y, flipped, into, offset + t * size * size);
    }
  }

  /** (14, 14) means of squares of four pixels. */
  private float[] small(int picture) {
    int large = 2 * SIDE;
    float[] whole = new float[large * large], small = new float[SIDE * SIDE];
    clothes.read(picture, false, whole, 0);
    for (int i = 0; i < whole.length; i++) {
      small[i / large / 2 * SIDE + i % large / 2] += whole[i] / 4;
    }
    return small;
  }

  /** Where something is between 0 and a wall that has gone straight on to a place. */
  static double bounced(double place, double wall) {
    double there = place - 2 * wall * Math.floor(place / (2 * wall)); // and back is 2·wall
    return Math.min(there, 2 * wall - there);
  }

  /** Draws a frame in which the upper left corner of what moves lies at a place. */
  private void draw(float[] moving, double x, double y, boolean flipped, float[] into, int offset) {
    int left = (int) x, top = (int) y;
    double right = x - left, below = y - top; // shares of the pixels there
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double value = (1 - below) * row(moving, i - top, j - left, right)
            + below * row(moving, i - top - 1, j - left, right);
        into[offset + i * size + (flipped ? size - 1 - j : j)] = (float) value;
      }
    }
  }

  private static double row(float[] moving, int i, int j, double right) {
    return (1 - right) * at(moving, i, j) + right * at(moving, i, j - 1);
  }

  private static float at(float[] moving, int i, int j) {
    return i < 0 || j < 0 || i >= SIDE || j >= SIDE ? 0 : moving[i * SIDE + j];
  }

  @Override
  public String source() {
    return "moving clothes of Fashion-MNIST (test set)";
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%,d videos of %d frames of %dx%d, 1 channel, from %s",
        count,
        frames,
        size,
        size,
        source());
  }
}
