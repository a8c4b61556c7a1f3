package brume.cuda.emulator;

import brume.cuda.driver.Kernel;

/**
 * A kernel of the emulated GPU.
 *
 * @param code what it does
 */
record EmulatedKernel(KernelCode code) implements Kernel {

  @Override
  public String name() {
    return code.name();
  }
}
