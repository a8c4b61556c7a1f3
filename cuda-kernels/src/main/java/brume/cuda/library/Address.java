package brume.cuda.library;

import jcuda.Pointer;

/** An address of the device, as JCuda takes it. */
final class Address extends Pointer {

  Address(long address) {
    super(address);
  }
}
