package brume.cuda;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import brume.tensor.Text;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What launches leave in memory, one after the other, in a file: the buffers that each was given. A
 * device that is compared with it launches the same kernels in the same order with the same arguments,
 * which a sum over them makes sure of.
 */
final class SavedBits {

  private static final int VERSION = 0x42524d31; // "BRM1"
  private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
  private static final int UNWRITTEN =
      -1; // instead of a size: scratch of which only a part is written

  private SavedBits() {}

  /** One launch, as far as it must be the same. */
  private record Launch(String kernel, String grid, long sum) {

    /** Addresses are those of a run: counted is which buffer of the launch, and where in it. */
    static Launch of(Kernel kernel, Grid grid, Arguments arguments, Map<Long, Long> buffers) {
      ByteBuffer counted = ByteBuffer.allocate(arguments.bytes().limit()).order(NATIVE);
      counted.put(arguments.bytes()).flip();
      for (int at = 0; at + Long.BYTES <= counted.limit(); at += Long.BYTES) {
        long value = counted.getLong(at), number = 1;
        for (Map.Entry<Long, Long> buffer : buffers.entrySet()) {
          long offset = value - buffer.getKey();
          if (offset >= 0 && offset < buffer.getValue()) {
            counted.putLong(at, number << 40 | offset);
          }
          number++;
        }
      }
      CRC32 sum = new CRC32();
      sum.update(counted);
      return new Launch(kernel.name(), grid.toString(), sum.getValue());
    }

    void write(DataOutputStream to) throws IOException {
      to.writeUTF(kernel);
      to.writeUTF(grid);
      to.writeLong(sum);
    }

    static Launch read(DataInputStream from) throws IOException {
      return new Launch(from.readUTF(), from.readUTF(), from.readLong());
    }
  }

  // ---- Saving

  /** Saves what a device computes. Mutable: each launch is appended. */
  static final class Saving implements Expected, AutoCloseable {

    private final DataOutputStream out;

    Saving(Path file) throws IOException {
      out = new DataOutputStream(
          new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file))));
      out.writeInt(VERSION);
    }

    @Override
    public void launch(
        Driver device, Kernel kernel, Grid grid, Arguments arguments, Map<Long, Long> buffers) {
      device.launch(kernel, grid, arguments);
      try {
        Launch.of(kernel, grid, arguments, buffers).write(out);
        out.writeInt(buffers.size());
        for (Map.Entry<Long, Long> buffer : buffers.entrySet()) {
          write(device, buffer.getKey(), Math.toIntExact(buffer.getValue()));
        }
      } catch (IOException full) {
        throw new UncheckedIOException(full);
      }
    }

    private void write(Driver device, long address, int size) throws IOException {
      byte[] bytes = new byte[size];
      try {
        device.download(address, ByteBuffer.wrap(bytes));
      } catch (CudaException unwritten) {
        if (unwritten.status() != CudaStatus.ILLEGAL_ADDRESS) {
          throw unwritten;
        }
        out.writeInt(UNWRITTEN);
        return;
      }
      out.writeInt(size);
      out.write(bytes);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  // ---- Reading

  /** Takes from a file what launches leave; the device computes nothing. Mutable: a place in the file. */
  static final class Saved implements Expected, AutoCloseable {

    private final Path file;
    private final DataInputStream in;
    private int launches;

    Saved(Path file) throws IOException {
      this.file = file;
      in = new DataInputStream(
          new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))));
      if (in.readInt() != VERSION) {
        in.close();
        throw new IOException(
            file + ": expected bits that 'brume ptx save' wrote, got another file");
      }
    }

    @Override
    public KernelModule load(Driver device, String name, String ptx) {
      return new KernelModule() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public Kernel kernel(String entry) {
          return () -> entry;
        }
      };
    }

    @Override
    public void launch(
        Driver device, Kernel kernel, Grid grid, Arguments arguments, Map<Long, Long> buffers) {
      launches++;
      Launch now = Launch.of(kernel, grid, arguments, buffers);
      try {
        Launch then = Launch.read(in);
        int count = in.readInt();
        if (!then.equals(now) || count != buffers.size()) {
          throw other(then.kernel + " " + then.grid, now.kernel + " " + now.grid);
        }
        for (Map.Entry<Long, Long> buffer : buffers.entrySet()) {
          read(device, now, buffer.getKey(), buffer.getValue());
        }
      } catch (EOFException end) {
        throw other("no more", now.kernel);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }

    private void read(Driver device, Launch now, long address, long size) throws IOException {
      int saved = in.readInt();
      if (saved == UNWRITTEN) {
        return;
      }
      if (saved != size) {
        throw other(saved + " bytes of " + now.kernel, size + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect(saved).order(NATIVE);
      bytes.put(in.readNBytes(saved)).flip();
      device.upload(bytes, address);
    }

    private IllegalStateException other(String then, String now) {
      return new IllegalStateException(Text.of(
          "%s, launch %d: expected that of the saved bits, %s, got %s; save them anew with this Brume",
          file, launches, then, now));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
