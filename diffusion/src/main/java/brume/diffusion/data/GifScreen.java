package brume.diffusion.data;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * The logical screen of a GIF file, on which each frame has its place: a first frame that is smaller
 * than the screen is seen where it lies, with nothing around it.
 */
final class GifScreen {

  private static final String STREAM = "javax_imageio_gif_stream_1.0";
  private static final String IMAGE = "javax_imageio_gif_image_1.0";

  private GifScreen() {}

  /** How many pixels the screen of a file has, 0 for other formats. */
  static long pixels(ImageReader reader) throws IOException {
    Element screen = element(reader.getStreamMetadata(), STREAM, "LogicalScreenDescriptor");
    return screen == null
        ? 0
        : (long) number(screen, "logicalScreenWidth") * number(screen, "logicalScreenHeight");
  }

  /** The first frame on its screen; the frame itself where it covers it, and for other formats. */
  static BufferedImage withFirstFrame(ImageReader reader, BufferedImage frame) throws IOException {
    Element screen = element(reader.getStreamMetadata(), STREAM, "LogicalScreenDescriptor");
    return screen == null ? frame : onScreen(reader, screen, opaqueWithout(reader, frame));
  }

  /** Without transparency where the transparent index is none of the palette. */
  private static BufferedImage opaqueWithout(ImageReader reader, BufferedImage frame)
      throws IOException {
    Element control = element(reader.getImageMetadata(0), IMAGE, "GraphicControlExtension");
    if (control == null || !(frame.getColorModel() instanceof IndexColorModel colors)) {
      return frame;
    }
    Element own = element(reader.getImageMetadata(0), IMAGE, "LocalColorTable");
    Element shared = element(reader.getStreamMetadata(), STREAM, "GlobalColorTable");
    int size = own != null
        ? number(own, "sizeOfLocalColorTable")
        : shared != null ? number(shared, "sizeOfGlobalColorTable") : colors.getMapSize();
    if (!Boolean.parseBoolean(control.getAttribute("transparentColorFlag"))
        || number(control, "transparentColorIndex") < size) {
      return frame;
    }
    int[] opaque = new int[colors.getMapSize()];
    colors.getRGBs(opaque);
    IndexColorModel all = new IndexColorModel(
        colors.getPixelSize(), opaque.length, opaque, 0, false, -1, DataBuffer.TYPE_BYTE);
    return new BufferedImage(all, frame.getRaster(), false, null);
  }

  private static BufferedImage onScreen(ImageReader reader, Element screen, BufferedImage frame)
      throws IOException {
    int width = number(screen, "logicalScreenWidth"),
        height = number(screen, "logicalScreenHeight");
    Element place = element(reader.getImageMetadata(0), IMAGE, "ImageDescriptor");
    int left = place == null ? 0 : number(place, "imageLeftPosition");
    int top = place == null ? 0 : number(place, "imageTopPosition");
    boolean fits = left + frame.getWidth() <= width && top + frame.getHeight() <= height;
    if (!fits || frame.getWidth() == width && frame.getHeight() == height) {
      return frame; // some writers leave the screen's size at 0
    }
    BufferedImage all = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = all.createGraphics();
    graphics.drawImage(frame, left, top, null);
    graphics.dispose();
    return all;
  }

  private static @Nullable Element element(
      @Nullable IIOMetadata metadata, String format, String name) {
    if (metadata == null || !format.equals(metadata.getNativeMetadataFormatName())) {
      return null;
    }
    Element root = (Element) metadata.getAsTree(format);
    return (Element) root.getElementsByTagName(name).item(0);
  }

  private static int number(Element element, String attribute) {
    return Integer.parseInt(element.getAttribute(attribute));
  }
}
