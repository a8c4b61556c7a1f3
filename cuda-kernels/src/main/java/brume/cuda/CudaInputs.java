package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.kernel.RecordingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the host that recorded work looks at anew. Each has a fixed place on the device, from where the
 * graph takes it; before a repetition all of them are asked for and copied there at once.
 *
 * <pre>
 *   first time    numbers are noted, and go where they are wanted
 *   recording     each gets its place, and the graph copies from there
 *   repetition    one upload to all places, then the graph
 * </pre>
 *
 * <p>Mutable; used by the one thread that records.
 */
final class CudaInputs {

  private static final int ALIGNMENT = 16; // bytes of a place

  private final Driver driver;
  private final Constants constants;
  private @Nullable Script script; // while something is recorded

  CudaInputs(Driver driver, Constants constants) {
    this.driver = driver;
    this.constants = constants;
  }

  /** One place, and who fills it; of no bytes for work of the host that comes before others are filled. */
  private record Slot(int at, int bytes, Consumer<ByteBuffer> fill) {}

  /** What one recording looks at. Mutable while it is made. */
  final class Script implements AutoCloseable {
    private final List<List<Slot>> parts = new ArrayList<>();
    private final List<ByteBuffer> firsts = new ArrayList<>(); // of the first time
    private int bytes; // of the first time
    private int placed; // bytes
    private int next; // slot to be placed
    private boolean placing;
    private CudaMemory.@Nullable Block room; // if anything is looked at
    private ByteBuffer host = ByteBuffer.allocateDirect(0);

    /** The second time begins: from now on everything is recorded. */
    void place(CudaMemory memory) {
      placing = true;
      room = bytes == 0 ? null : memory.takeFresh(bytes);
      host = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    void beginPart() {
      parts.add(new ArrayList<>());
    }

    private boolean isRecording() {
      return placing;
    }

    private void note(ByteBuffer content) {
      firsts.add(content);
      bytes += aligned(content.limit());
    }

    /** The place of the next number, which must be as large as the first time. */
    private long add(int size, Consumer<ByteBuffer> fill) {
      if (next >= firsts.size() || firsts.get(next).limit() != size) {
        CudaRecording.refuse("another number of renewed numbers");
      }
      next++;
      parts.get(parts.size() - 1).add(new Slot(placed, size, fill));
      long address = size == 0 ? 0 : room().address() + placed;
      placed += aligned(size);
      return address;
    }

    /** Asks for what a part looks at, and copies it to its places. */
    void renew(int part) {
      List<Slot> slots = parts.get(part);
      if (slots.isEmpty()) {
        return;
      }
      slots.forEach(this::fill);
      Slot first = slots.get(0), last = slots.get(slots.size() - 1);
      int length = last.at + last.bytes - first.at;
      if (length > 0) {
        driver.upload(host.slice(first.at, length), room().address() + first.at);
      }
    }

    private ByteBuffer fill(Slot slot) {
      ByteBuffer place = host.slice(slot.at, slot.bytes).order(ByteOrder.nativeOrder());
      slot.fill.accept(place);
      return place;
    }

    /** Refuses numbers that are not those of the first time, though the same counts as then. */
    void verify() {
      int number = 0;
      for (List<Slot> slots : parts) {
        for (Slot slot : slots) {
          if (!fill(slot).equals(firsts.get(number++))) {
            throw new RecordingException(
                "record: expected renewed numbers to follow from what counts at the time, got others");
          }
        }
      }
    }

    private CudaMemory.Block room() {
      CudaMemory.Block block = room;
      if (block == null) {
        throw new IllegalStateException("record: expected places for numbers, got none");
      }
      return block;
    }

    @Override
    public void close() {
      if (room != null) {
        room.close();
      }
    }
  }

  /** Everything looked at until {@link #end} belongs to one recording. */
  Script begin() {
    Script fresh = new Script();
    script = fresh;
    return fresh;
  }

  void end() {
    script = null;
  }

  /** Whether numbers of the host would be looked at anew. */
  boolean isRecording() {
    return script != null;
  }

  /**
   * Copies numbers to the device, now or in the graph.
   *
   * @param count how many
   * @param numbers asks for them
   * @param address where they are wanted, in single precision
   */
  void copy(int count, Supplier<double[]> numbers, long address) {
    Script now = current();
    int bytes = count * Float.BYTES;
    if (now.isRecording()) {
      driver.copy(now.add(bytes, buffer -> put(numbers.get(), buffer)), address, bytes);
      return;
    }
    constants.add("copy", bytes); // as the graph will
    ByteBuffer buffer = filled(bytes, into -> put(numbers.get(), into));
    now.note(buffer);
    driver.upload(buffer.duplicate(), address);
  }

  private static void put(double[] numbers, ByteBuffer buffer) {
    for (int i = 0; i < numbers.length; i++) {
      buffer.putFloat(i * Float.BYTES, (float) numbers[i]);
    }
  }

  /**
   * Where kernels of the graph find a 64-bit number.
   *
   * @param number asks for it
   * @return an address; nothing the first time, when the number is handed to the kernel as it is
   */
  OptionalLong place(LongSupplier number) {
    return place(Long.BYTES, buffer -> buffer.putLong(0, number.getAsLong()));
  }

  /**
   * A structure of 32-bit numbers that a kernel takes as an argument or, in a graph, from its place.
   *
   * @param bits of now
   * @param renewed whether others may be asked for
   * @param place where the graph finds it; 0 if the argument counts
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to kernels, never compared
  record Numbers(int[] bits, boolean renewed, long place) {

    /** Numbers that stay. */
    static Numbers given(int... bits) {
      return new Numbers(bits, false, 0);
    }

    /** Adds the structure, and after it the place of another one. */
    CudaKernel.Launch struct(CudaKernel.Launch launch) {
      return renewed ? launch.varying(bits).varying(place) : launch.struct(bits).i64(0);
    }
  }

  /**
   * Numbers of the moment, or those of each repetition while something is recorded.
   *
   * @param bits asks for them; each time as many
   * @return to be handed to kernels
   */
  Numbers numbers(Supplier<int[]> bits) {
    int[] now = bits.get();
    return isRecording()
        ? new Numbers(now, true, place(now.length, bits).orElse(0))
        : Numbers.given(now);
  }

  /**
   * Where kernels of the graph find a table.
   *
   * @param length of the table
   * @param table asks for it
   * @return an address; nothing the first time, when the table is copied as it is
   */
  OptionalLong place(int length, Supplier<int[]> table) {
    return place(length * Integer.BYTES, buffer -> buffer.asIntBuffer().put(table.get()));
  }

  private OptionalLong place(int bytes, Consumer<ByteBuffer> fill) {
    Script now = current();
    if (now.isRecording()) {
      return OptionalLong.of(now.add(bytes, fill));
    }
    now.note(filled(bytes, fill));
    return OptionalLong.empty();
  }

  private static ByteBuffer filled(int bytes, Consumer<ByteBuffer> fill) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    fill.accept(buffer);
    return buffer;
  }

  /** Does work now and, if something is recorded, before each repetition. */
  void renew(Runnable work) {
    if (script == null) {
      work.run();
    } else {
      Consumer<ByteBuffer> again = nothing -> work.run();
      if (current().isRecording()) {
        current().add(0, again);
        work.run();
      } else {
        current().note(filled(0, again));
      }
    }
  }

  private Script current() {
    Script now = script;
    if (now == null) {
      throw new IllegalStateException("record: expected something to be recorded, got nothing");
    }
    return now;
  }

  private static int aligned(int bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
