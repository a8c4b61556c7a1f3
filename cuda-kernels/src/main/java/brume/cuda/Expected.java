package brume.cuda;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import java.util.Map;

/** Where a {@link TwinDriver} knows from what a launch leaves in memory. */
interface Expected {

  /** A device computes it. */
  Expected COMPUTED =
      (device, kernel, grid, arguments, buffers) -> device.launch(kernel, grid, arguments);

  /** Makes kernels of PTX known. */
  default KernelModule load(Driver device, String name, String ptx) {
    return device.load(name, ptx);
  }

  /**
   * Leaves in a device's memory what a launch leaves there.
   *
   * @param device whose memory it is
   * @param buffers that the arguments name: how many bytes, by address, in the order of the arguments
   */
  void launch(
      Driver device, Kernel kernel, Grid grid, Arguments arguments, Map<Long, Long> buffers);
}
