package brume.cuda;

import brume.tensor.DType;
import brume.tensor.DeviceException;
import brume.tensor.LateNumber;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import java.util.function.Supplier;

/** Single-precision numbers in the memory of a GPU. */
final class CudaStorage implements Storage {

  private final int length;
  private final CudaMemory.Block block;
  private final HostCopies copies;

  CudaStorage(int length, CudaMemory memory, HostCopies copies) {
    this.length = length;
    this.block = memory.take((long) length * Float.BYTES);
    this.copies = copies;
  }

  /**
   * Where an element of a tensor that is read lies on its device.
   *
   * @param t a tensor of a CUDA backend that has not been freed
   * @param element its number
   * @return the address
   * @throws DeviceException if it is not on a GPU
   */
  static long address(Tensor t, int element) {
    return address(t, t.storage(), element);
  }

  /**
   * Where an element of a tensor that is written lies on its device.
   *
   * @param t a tensor of a CUDA backend that has not been freed; counts the change
   * @param element its number
   * @return the address
   * @throws DeviceException if it is not on a GPU
   */
  static long writableAddress(Tensor t, int element) {
    return address(t, t.writableStorage(), element);
  }

  private static long address(Tensor t, Storage storage, int element) {
    if (storage instanceof CudaStorage numbers) {
      return numbers.address(element);
    }
    throw new DeviceException(t, "a GPU");
  }

  private long address(int element) {
    return block.address() + (long) element * Float.BYTES;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void write(float[] from, int offset, int at, int count) {
    copies.upload(
        count, (floats, done) -> floats.put(from, offset + done, floats.limit()), address(at));
  }

  @Override
  public void write(double[] from, int offset, int at, int count) {
    copies.upload(
        count,
        (floats, done) -> {
          for (int i = 0; i < floats.limit(); i++) {
            floats.put(i, (float) from[offset + done + i]);
          }
        },
        address(at));
  }

  @Override
  public void renew(Supplier<double[]> numbers) {
    if (copies.inputs().isRecording()) {
      copies.inputs().copy(length, numbers, address(0));
    } else {
      double[] now = numbers.get();
      write(now, 0, 0, now.length);
    }
  }

  @Override
  public void read(int at, float[] into, int offset, int count) {
    copies.download(
        address(at), count, (floats, done) -> floats.get(into, offset + done, floats.limit()));
  }

  @Override
  public void read(int at, double[] into, int offset, int count) {
    copies.download(address(at), count, (floats, done) -> {
      for (int i = 0; i < floats.limit(); i++) {
        into[offset + done + i] = floats.get(i);
      }
    });
  }

  @Override
  public LateNumber readLate(int at) {
    return copies.lateFloat(address(at));
  }

  @Override
  public void free() {
    block.close();
  }
}
