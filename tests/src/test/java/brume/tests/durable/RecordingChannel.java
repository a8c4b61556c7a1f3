package brume.tests.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** An ordinary channel, with every change told to a {@link Disk}. */
final class RecordingChannel extends FileChannel {

  private final FileChannel real;
  private final Told told;

  /** What happens besides. */
  interface Told {
    void changed() throws IOException;

    void forced();

    /** A file may be renamed while it is open, but ours never is. */
    static Told forBytes(Disk disk, Path file) {
      return new Told() {
        @Override
        public void changed() throws IOException {
          disk.write(file, Files.readAllBytes(file));
        }

        @Override
        public void forced() {
          disk.force(file);
        }
      };
    }

    static Told forNames(Disk disk, Path folder) {
      return new Told() {
        @Override
        public void changed() {
          throw new IllegalStateException("a folder has no bytes");
        }

        @Override
        public void forced() {
          disk.forceNames(folder);
        }
      };
    }
  }

  RecordingChannel(FileChannel real, Told told) {
    this.real = real;
    this.told = told;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = real.write(source);
    told.changed();
    return written;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = real.write(sources, offset, length);
    told.changed();
    return written;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int written = real.write(source, position);
    told.changed();
    return written;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    real.truncate(size);
    told.changed();
    return this;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    long written = real.transferFrom(source, position, count);
    told.changed();
    return written;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    told.forced();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return real.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return real.read(into, offset, length);
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return real.read(into, position);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    real.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException("not recorded: locks");
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException("not recorded: locks");
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
