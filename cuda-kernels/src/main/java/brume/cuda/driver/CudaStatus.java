package brume.cuda.driver;

/** Why a device refused, as the CUDA driver numbers it, and what to do about it. */
public enum CudaStatus {
  /** A value the driver does not accept. */
  INVALID_VALUE(1, "this is a mistake in Brume; please report it"),
  /** Not enough memory on the device. */
  OUT_OF_MEMORY(2, "try a smaller --batch, or stop other programs that use the GPU"),
  /** The driver was not or no longer ready, which also happens while the process ends. */
  NOT_INITIALIZED(3, "run the program again"),
  /** The library that was found only stands in for the driver's, to link programs with. */
  STUB_LIBRARY(34, "install the NVIDIA driver, and keep folders named stubs off LD_LIBRARY_PATH"),
  /** Another process has the device for itself, or it was lost. */
  DEVICE_UNAVAILABLE(46, "check nvidia-smi for other programs and for errors of the GPU"),
  /** The driver's machine has no device it may use. */
  NO_DEVICE(100, "check nvidia-smi and CUDA_VISIBLE_DEVICES, or run with --device cpu"),
  /** There is no device of that number. */
  INVALID_DEVICE(101, "check nvidia-smi and CUDA_VISIBLE_DEVICES, or run with --device cpu"),
  /** The device is older than the code. */
  NO_BINARY_FOR_GPU(209, "use a GPU of compute capability 8.0 or newer, or run with --device cpu"),
  /** Memory of the device is broken. */
  ECC_UNCORRECTABLE(
      214, "reset the GPU with nvidia-smi, then go on from the last checkpoint with --resume"),
  /** PTX that the driver cannot read. */
  INVALID_PTX(218, "this is a mistake in Brume, or the .ptx file was damaged; please report it"),
  /** The driver came without its compiler. */
  JIT_COMPILER_NOT_FOUND(
      221,
      "install libnvidia-ptxjitcompiler.so.1 of the NVIDIA driver; in a container, set"
          + " NVIDIA_DRIVER_CAPABILITIES=compute,utility"),
  /** PTX of a version that the driver does not know. */
  UNSUPPORTED_PTX_VERSION(222, "update the NVIDIA driver"),
  /** No entry point of that name. */
  NOT_FOUND(500, "this is a mistake in Brume; please report it"),
  /** A kernel read or wrote where it must not. */
  ILLEGAL_ADDRESS(700, CudaStatus.LEARN_WHICH),
  /** A launch asked for more registers, threads or shared memory than the device has. */
  LAUNCH_OUT_OF_RESOURCES(701, "this is a mistake in Brume; please report it"),
  /** A kernel took longer than a device with a screen allows. */
  LAUNCH_TIMEOUT(702, "use a GPU without a screen, or a smaller --batch"),
  /** A kernel ran an instruction the device does not have. */
  ILLEGAL_INSTRUCTION(715, CudaStatus.LEARN_WHICH),
  /** A kernel read or wrote at an address that is no multiple of the value's size. */
  MISALIGNED_ADDRESS(716, CudaStatus.LEARN_WHICH),
  /** A kernel failed. */
  LAUNCH_FAILED(719, CudaStatus.LEARN_WHICH),
  /** A library has no way to do what it was asked to do. */
  NOT_SUPPORTED(801, "run with --cuda-level driver to do without libraries"),
  /** The parts of the driver are of different versions. */
  SYSTEM_DRIVER_MISMATCH(803, "reboot, or install the NVIDIA driver again"),
  /** The device does not work with this version of the driver. */
  COMPAT_NOT_SUPPORTED(804, "remove cuda-compat from LD_LIBRARY_PATH, or update the NVIDIA driver"),
  /** The call is not allowed while work is recorded into a graph. */
  CAPTURING(900, "allocate, transfer and wait outside of the captured step"),
  /** Any other status; the message has the driver's own name of it. */
  OTHER(999, CudaStatus.GO_ON);

  private static final String GO_ON =
      "check nvidia-smi for errors of the GPU, then go on from the last checkpoint with --resume";

  private static final String LEARN_WHICH =
      "run again with BRUME_CUDA_DEBUG=1 to learn which kernel it was";

  private final int code;
  private final String advice;

  CudaStatus(int code, String advice) {
    this.code = code;
    this.advice = advice;
  }

  /**
   * The status of a number of the CUDA driver.
   *
   * @param code as returned by a call, not 0
   * @return {@link #OTHER} for numbers without advice here
   */
  public static CudaStatus of(int code) {
    for (CudaStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return OTHER;
  }

  /**
   * What the user can do.
   *
   * @return half a sentence
   */
  public String advice() {
    return advice;
  }
}
