package brume.cuda;

import java.nio.IntBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Small tables that kernels read, kept on the device by their content: a network looks up the same
 * ones in every step. Those not used for longest make room for new ones. Mutable.
 */
final class CudaTables {

  private static final int MOST_INTS = 1 << 22; // 16 MiB

  private final CudaMemory memory;
  private final HostCopies copies;
  private final Map<IntBuffer, CudaMemory.Block> tables = new LinkedHashMap<>(64, 0.75f, true);
  private int ints;

  CudaTables(CudaMemory memory, HostCopies copies) {
    this.memory = memory;
    this.copies = copies;
  }

  /**
   * A table on the device, valid for launches before the next call.
   *
   * @param content what it holds; not to be modified afterwards
   * @return its address
   */
  synchronized long address(int[] content) {
    IntBuffer key = IntBuffer.wrap(content); // equal if the content is
    CudaMemory.Block table = tables.get(key);
    if (table == null) {
      table = memory.take((long) content.length * Integer.BYTES);
      copies.upload(content, table.address());
      tables.put(key, table);
      ints += content.length;
      forgetOldest();
    }
    return table.address();
  }

  private void forgetOldest() {
    Iterator<Map.Entry<IntBuffer, CudaMemory.Block>> oldest = tables.entrySet().iterator();
    while (ints > MOST_INTS && tables.size() > 1) {
      Map.Entry<IntBuffer, CudaMemory.Block> entry = oldest.next();
      ints -= entry.getKey().capacity();
      entry.getValue().close();
      oldest.remove();
    }
  }
}
