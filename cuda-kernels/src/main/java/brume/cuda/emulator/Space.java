package brume.cuda.emulator;

/** Where data lives. Addresses of shared and local memory begin at 0. */
enum Space {
  /** Any of the spaces below, told apart by the address. */
  GENERIC,
  /** Memory of the device, constants included. */
  GLOBAL,
  /** Memory of a block. */
  SHARED,
  /** Memory of a thread. */
  LOCAL,
  /** Arguments of the launch. */
  PARAM;

  /** Where shared memory begins among generic addresses. */
  static final long SHARED_WINDOW = 1L << 32;

  /** Where local memory begins among generic addresses. */
  static final long LOCAL_WINDOW = 2L << 32;

  /** What to add to an address to make it generic. */
  long window() {
    return switch (this) {
      case SHARED -> SHARED_WINDOW;
      case LOCAL -> LOCAL_WINDOW;
      default -> 0;
    };
  }

  /** The space a generic address belongs to. */
  static Space of(long address) {
    return switch ((int) (address >>> 32)) {
      case 1 -> SHARED;
      case 2 -> LOCAL;
      default -> GLOBAL;
    };
  }
}
