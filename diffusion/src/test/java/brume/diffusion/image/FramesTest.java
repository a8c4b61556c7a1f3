package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {

  /** Two frames of 1 by 2 pixels in colour. */
  private static final Picture VIDEO =
      Picture.of(2, 2, 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

  @Test
  void framesLieOneBelowTheOther() {
    List<Picture> frames = Frames.of(VIDEO, 2);
    assertEquals(2, frames.size());
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, frames.get(0).toBytes());
    assertArrayEquals(new byte[] {7, 8, 9, 10, 11, 12}, frames.get(1).toBytes());
  }

  @Test
  void aStripHasThemSideBySide() {
    Picture tall = Picture.of(4, 1, 1, new byte[] {1, 2, 3, 4});
    assertArrayEquals(new byte[] {1, 3, 2, 4}, Frames.strip(tall, 2).toBytes());
    assertEquals(2, Frames.strip(tall, 2).width());
    assertArrayEquals(VIDEO.toBytes(), Frames.strip(VIDEO, 1).toBytes());
    assertEquals(4, Frames.strip(VIDEO, 2).width());
  }

  @Test
  void framesAreOfOneHeight() {
    assertThrows(IllegalArgumentException.class, () -> Frames.of(VIDEO, 3));
    assertThrows(IllegalArgumentException.class, () -> Frames.strip(VIDEO, 0));
  }
}
