package brume.cuda;

import brume.cuda.emulator.EmulatedBlas;
import brume.cuda.emulator.EmulatedDnn;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.Dnn;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import java.util.List;
import java.util.Optional;

/**
 * Opens the CUDA backend on an emulated GPU, which runs the same kernels on the CPU and checks every
 * access. It is available everywhere and very slow. Libraries are emulated only if asked for, by {@link
 * CudaLevel#OPTION}.
 */
public final class EmulatorBackendProvider implements BackendProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public EmulatorBackendProvider() {}

  @Override
  public String name() {
    return "emulator";
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public List<BackendOption> options() {
    return List.of(CudaLevel.OPTION, CudaMath.OPTION, CudaReplay.OPTION);
  }

  @Override
  public Backend open(int ordinal, BackendOptions options) {
    CudaLevel level = CudaLevel.asked(options, CudaLevel.DRIVER);
    CudaMath math = CudaMath.asked(options);
    EmulatedDriver driver = EmulatedDriver.open();
    Optional<Blas> blas = level.includes(CudaLevel.CUBLAS)
        ? Optional.of(new EmulatedBlas(driver, math))
        : Optional.empty();
    Optional<Dnn> dnn = level.includes(CudaLevel.CUDNN)
        ? Optional.of(new EmulatedDnn(driver, math))
        : Optional.empty();
    return new CudaBackend(
        name(), driver, blas, dnn, ConvolutionChoices.inMemory(), CudaReplay.asked(options));
  }
}
