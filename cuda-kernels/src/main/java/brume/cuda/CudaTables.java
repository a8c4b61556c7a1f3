package brume.cuda;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small tables that kernels read, kept on the device by their content: a network looks up the same
 * ones in every step. Those not used for longest make room for new ones, unless a captured graph
 * holds them. Mutable; its lock is that of the copies that fill it.
 */
final class CudaTables {

  private static final int MOST_INTS = 1 << 22; // 16 MiB

  private final CudaMemory memory;
  private final HostCopies copies;
  private final Map<IntBuffer, Table> tables = new LinkedHashMap<>(64, 0.75f, true);
  private int ints;
  private @Nullable Hold hold; // while a graph is recorded

  CudaTables(CudaMemory memory, HostCopies copies) {
    this.memory = memory;
    this.copies = copies;
  }

  private static final class Table {
    private final CudaMemory.Block block;
    private int holds;

    private Table(CudaMemory.Block block) {
      this.block = block;
    }
  }

  /** The tables that a graph reads. */
  final class Hold implements AutoCloseable {
    private final List<Table> held = new ArrayList<>();

    private void add(Table table) {
      table.holds++;
      held.add(table);
    }

    @Override
    public void close() {
      synchronized (copies) {
        held.forEach(table -> table.holds--);
        held.clear();
      }
    }
  }

  /** Keeps all tables asked for from now on until {@link #endHold}, and after it until it is closed. */
  Hold hold() {
    synchronized (copies) {
      Hold fresh = new Hold();
      hold = fresh;
      return fresh;
    }
  }

  void endHold() {
    synchronized (copies) {
      hold = null;
    }
  }

  /**
   * A table on the device, valid for launches before the next call.
   *
   * @param content what it holds; not to be modified afterwards
   * @return its address
   */
  long address(int[] content) {
    synchronized (copies) {
      IntBuffer key = IntBuffer.wrap(content); // equal if the content is
      Table table = tables.get(key);
      if (table == null) {
        table = new Table(uploaded(content));
        tables.put(key, table);
        ints += content.length;
        forgetOldest(table);
      }
      if (hold != null) {
        hold.add(table);
      }
      return table.block.address();
    }
  }

  private CudaMemory.Block uploaded(int[] content) {
    CudaMemory.Block block = memory.take((long) content.length * Integer.BYTES);
    try {
      copies.upload(content, block.address());
      return block;
    } catch (RuntimeException refused) {
      block.close();
      throw refused;
    }
  }

  private void forgetOldest(Table newest) {
    Iterator<Map.Entry<IntBuffer, Table>> oldest = tables.entrySet().iterator();
    while (ints > MOST_INTS && oldest.hasNext()) {
      Map.Entry<IntBuffer, Table> entry = oldest.next();
      Table table = entry.getValue();
      if (table.holds == 0 && table != newest) {
        ints -= entry.getKey().capacity();
        table.block.close();
        oldest.remove();
      }
    }
  }
}
