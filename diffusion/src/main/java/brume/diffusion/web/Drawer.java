package brume.diffusion.web;

import java.io.IOException;
import java.util.List;

/** Starts commands of ours, each in a process of its own, whose memory goes with it. */
@FunctionalInterface
public interface Drawer {

  /**
   * Starts one.
   *
   * @param words the command and its options
   * @return the process
   * @throws IOException if it cannot be started
   */
  Process start(List<String> words) throws IOException;
}
