package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.setExceptionsEnabled;

import brume.tensor.Text;
import java.nio.charset.StandardCharsets;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;

/** What the CUDA driver tells about GPUs before one is taken into use. */
final class JCudaDevice {

  /** CUDA 11.4, the first with every call of JCuda that Brume makes; a missing one ends the process. */
  private static final int OLDEST_DRIVER = 11_040;

  private static final int OLDEST_DEVICE = 8; // compute capability the kernels are compiled for

  private JCudaDevice() {}

  /**
   * Asks the driver for a GPU, without taking it into use.
   *
   * @throws CudaException if there is no such device, or it or its driver is too old
   */
  static CUdevice open(int ordinal) {
    setExceptionsEnabled(false);
    check("cuInit", cuInit(0));
    if (version() < OLDEST_DRIVER) {
      throw new CudaException(
          CudaStatus.UNSUPPORTED_PTX_VERSION,
          "the NVIDIA driver",
          Text.of(
              "expected one for CUDA %s or newer, got one for %s",
              version(OLDEST_DRIVER), version(version())));
    }
    int[] count = {0};
    check("cuDeviceGetCount", cuDeviceGetCount(count));
    if (ordinal >= count[0]) {
      throw new CudaException(
          count[0] == 0 ? CudaStatus.NO_DEVICE : CudaStatus.INVALID_DEVICE,
          "cuda:" + ordinal,
          Text.of("expected a GPU of that number, found %d", count[0]));
    }
    CUdevice device = new CUdevice();
    check("cuDeviceGet", cuDeviceGet(device, ordinal));
    int major = major(device);
    if (major < OLDEST_DEVICE) {
      throw new CudaException(
          CudaStatus.NO_BINARY_FOR_GPU,
          name(device),
          Text.of(
              "expected compute capability %d.0 or newer, got %d.%d",
              OLDEST_DEVICE, major, minor(device)));
    }
    return device;
  }

  private static int version() {
    int[] version = {0};
    check("cuDriverGetVersion", cuDriverGetVersion(version));
    return version[0];
  }

  private static String name(CUdevice device) {
    byte[] name = new byte[256]; // longer ones are cut
    check("cuDeviceGetName", cuDeviceGetName(name, name.length, device));
    return new String(name, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private static int major(CUdevice device) {
    return attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
  }

  private static int minor(CUdevice device) {
    return attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /** How many blocks of threads run side by side, at least. */
  static int multiprocessors(CUdevice device) {
    return attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  /** Shared memory of a block of a kernel that is allowed more than others. */
  static int sharedBytes(CUdevice device) {
    return attribute(
        device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  }

  private static int attribute(CUdevice device, int which) {
    int[] value = {0};
    check("cuDeviceGetAttribute", cuDeviceGetAttribute(value, which, device));
    return value[0];
  }

  /** 11040 is 11.4. */
  private static String version(int number) {
    return Text.of("%d.%d", number / 1000, number % 1000 / 10);
  }

  /** One line for logs. */
  static String describe(CUdevice device) {
    return Text.of(
        "%s, compute capability %d.%d, CUDA %s",
        name(device), major(device), minor(device), version(version()));
  }
}
