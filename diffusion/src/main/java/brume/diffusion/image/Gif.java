package brume.diffusion.image;

import brume.tensor.io.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes animated GIF files that repeat forever and are either whole or unchanged. Grey is stored
 * exactly; of other pictures each has its own best 256 colors.
 */
public final class Gif {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";
  private static final byte[] FOREVER = {1, 0, 0}; // sub-block 1, then how often: 0 is forever

  private Gif() {}

  /**
   * Writes an animation.
   *
   * @param file the file to make or replace, in a folder that exists
   * @param frames at least one, all of one size
   * @param delay how long each frame is shown, in milliseconds, in [20, 60000]; kept to 10 ms
   * @param lastDelay how long the last frame is shown, likewise
   * @throws IOException if it cannot be written; what was there before is then unchanged
   * @throws IllegalArgumentException if there is no frame, they differ in size or a delay is not in
   *     its range
   */
  public static void write(Path file, List<Picture> frames, int delay, int lastDelay)
      throws IOException {
    AtomicFile.write(file, encode(frames, delay, lastDelay));
  }

  /**
   * The bytes of an animation.
   *
   * @param frames at least one, all of one size
   * @param delay how long each frame is shown, in milliseconds, in [20, 60000]; kept to 10 ms
   * @param lastDelay how long the last frame is shown, likewise
   * @return a GIF file
   * @throws IOException if it cannot be encoded
   * @throws IllegalArgumentException if there is no frame, they differ in size or a delay is not in
   *     its range
   */
  public static byte[] encode(List<Picture> frames, int delay, int lastDelay) throws IOException {
    check(frames, delay, lastDelay);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ImageWriteParam plain = writer.getDefaultWriteParam();
    // The JDK loses rows of interlaced pictures that are less than five rows high.
    plain.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int n = 0; n < frames.size(); n++) {
        IIOImage frame = new IIOImage(frames.get(n).toImage(), null, null);
        int time = n == frames.size() - 1 ? lastDelay : delay;
        frame.setMetadata(metadata(writer, frames.get(n), time, n == 0));
        writer.writeToSequence(frame, plain);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void check(List<Picture> frames, int delay, int lastDelay) {
    // Browsers show a frame of less than 20 ms for 100 ms.
    if (frames.isEmpty() || Math.min(delay, lastDelay) < 20 || Math.max(delay, lastDelay) > 60000) {
      throw new IllegalArgumentException(
          "gif: expected at least 1 frame and delays of 20 to 60000 ms, got " + frames.size()
              + " frames and delays of " + delay + " and " + lastDelay + " ms");
    }
    Picture first = frames.get(0);
    for (Picture frame : frames) {
      if (frame.height() != first.height() || frame.width() != first.width()) {
        throw new IllegalArgumentException(
            "gif: expected frames of one size, got (H, W) = (" + first.height() + ", "
                + first.width() + ") and (" + frame.height() + ", " + frame.width() + ")");
      }
    }
  }

  private static IIOMetadata metadata(ImageWriter writer, Picture frame, int delay, boolean first)
      throws IOException {
    ImageTypeSpecifier type = new ImageTypeSpecifier(frame.toImage());
    IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(Math.round(delay / 10f)));
    root.appendChild(control);
    if (first) {
      IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      loop.setUserObject(FOREVER.clone());
      IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
      extensions.appendChild(loop);
      root.appendChild(extensions);
    }
    metadata.mergeTree(FORMAT, root);
    return metadata;
  }
}
