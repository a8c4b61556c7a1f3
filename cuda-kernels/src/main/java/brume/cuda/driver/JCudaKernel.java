package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuFuncSetAttribute;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;

import java.util.OptionalInt;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUstream;

/** One entry point of a module. Mutable: it remembers how much shared memory it was allowed. */
final class JCudaKernel implements Kernel {

  /** Dynamic shared memory that every kernel may have without asking. */
  private static final int SHARED_BYTES = 48 << 10;

  private final String name;
  private final CUfunction function;
  private int allowed = SHARED_BYTES;

  JCudaKernel(String name, CUfunction function) {
    this.name = name;
    this.function = function;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalInt registers() {
    return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
  }

  @Override
  public OptionalInt localBytes() {
    return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
  }

  private OptionalInt attribute(int which) {
    int[] value = {0};
    check("cuFuncGetAttribute of " + name, cuFuncGetAttribute(value, which, function));
    return OptionalInt.of(value[0]);
  }

  /** Starts it; the pointer leads to a pointer to each argument. */
  void launch(Grid grid, Pointer arguments, CUstream stream) {
    if (grid.sharedBytes() > allowed) {
      check(
          "shared memory of " + name,
          cuFuncSetAttribute(
              function,
              CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
              grid.sharedBytes()));
      allowed = grid.sharedBytes();
    }
    check(
        "launch of " + name,
        cuLaunchKernel(
            function,
            grid.gridX(),
            grid.gridY(),
            grid.gridZ(),
            grid.blockX(),
            grid.blockY(),
            grid.blockZ(),
            grid.sharedBytes(),
            stream,
            arguments,
            null));
  }
}
