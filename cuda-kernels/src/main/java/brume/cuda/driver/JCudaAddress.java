package brume.cuda.driver;

import jcuda.driver.CUdeviceptr;

/** An address of the device, as JCuda takes and returns it. */
final class JCudaAddress extends CUdeviceptr {

  /** An address that a call will set. */
  JCudaAddress() {}

  /** A known address: so many bytes from 0. */
  JCudaAddress(long address) {
    super(new CUdeviceptr(), address);
  }

  /** The address that a call has set. */
  long value() {
    return getNativePointer();
  }
}
