package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataJIT;

import brume.tensor.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.JITOptions;

/**
 * A PTX file compiled by the driver.
 *
 * @param name for messages
 * @param module the driver's
 * @param entering makes the device the current one of the calling thread
 */
record JCudaModule(String name, CUmodule module, Runnable entering) implements KernelModule {

  private static final int LOG_BYTES = 16 << 10;

  /** Compiles PTX for the current device; what the compiler says against it is told. */
  static JCudaModule load(String name, String ptx, Runnable entering) {
    // Outside of Java's heap: from an array JCuda would hold up the garbage collector while it
    // compiles.
    byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer outside = ByteBuffer.allocateDirect(text.length).put(text).flip();
    JITOptions options = new JITOptions();
    options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, new byte[LOG_BYTES]);
    options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, LOG_BYTES); // else 0 are used
    CUmodule module = new CUmodule();
    int status = cuModuleLoadDataJIT(module, Pointer.to(outside), options);
    if (status != 0) {
      String log = options.getString(CUjit_option.CU_JIT_ERROR_LOG_BUFFER);
      String words = log == null ? "" : log.replace('\0', ' ').strip();
      throw new CudaException(
          CudaStatus.of(status),
          "compiling " + name,
          JCudaStatus.text(status) + (words.isEmpty() ? "" : ": " + words));
    }
    return new JCudaModule(name, module, entering);
  }

  @Override
  public Kernel kernel(String entry) {
    entering.run();
    CUfunction function = new CUfunction();
    check(
        Text.of("cuModuleGetFunction of %s in %s", entry, name),
        cuModuleGetFunction(function, module, entry));
    return new JCudaKernel(entry, function);
  }
}
