package brume.diffusion.ranks;

import brume.tensor.Text;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Ranks that mpirun or srun has started, on one machine or many. A call is begun and then asked for until it
 * is done: a rank that waits takes no core from one that computes, and notices when nobody answers.
 */
public final class MpiRanks implements Ranks {

  private static final int BUSY = 5000; // times that a call is asked for before the thread sleeps
  private static final long NAP = 20_000; // nanoseconds
  private static final long MOST_STATUS = 256; // bytes, more than any MPI_Status has

  private final MpiLibrary library;
  private final Duration patience;
  private final int rank, size;
  private final Memory call = new Memory(Long.BYTES); // the handle of what is under way
  private final Memory done = new Memory(Integer.BYTES);
  private final Memory status = new Memory(MOST_STATUS);

  private MpiRanks(MpiLibrary library, Duration patience) throws IOException {
    this.library = library;
    this.patience = patience;
    this.rank = number("MPI_Comm_rank");
    this.size = number("MPI_Comm_size");
  }

  /**
   * Joins the others. Once in a process.
   *
   * @param patience how long a call waits for the others
   * @return this rank
   * @throws IOException if there is no MPI, or another than that of who has started this process
   */
  public static MpiRanks join(Duration patience) throws IOException {
    MpiLibrary library = MpiLibrary.find();
    Mpi.bind(library.library());
    Memory given = new Memory(Integer.BYTES);
    check(
        "MPI_Init_thread", Mpi.MPI_Init_thread(Pointer.NULL, Pointer.NULL, Mpi.SERIALIZED, given));
    if (given.getInt(0) < Mpi.SERIALIZED) {
      throw new IOException(Text.of(
          "MPI: expected calls from several threads to be allowed, %s does not", library.name()));
    }
    MpiRanks ranks = new MpiRanks(library, patience);
    int started = started();
    if (started > 1 && ranks.size == 1) {
      throw new IOException(Text.of(
          "MPI: expected the library of what has started %d processes, got %s (%s), which sees one; name the"
              + " other with BRUME_MPI",
          started, library.name(), library.library().getFile()));
    }
    return ranks;
  }

  /** How many processes there are, as who has started them says; 1 if nobody does. */
  private static int started() {
    return Stream.of("OMPI_COMM_WORLD_SIZE", "PMI_SIZE")
        .map(System::getenv)
        .filter(text -> text != null && text.matches("[0-9]{1,7}"))
        .findFirst()
        .map(Integer::parseInt)
        .orElse(1);
  }

  /**
   * What there is of MPI here, without joining anybody.
   *
   * @return the library, or why there is none
   */
  public static String describe() {
    try {
      MpiLibrary library = MpiLibrary.find();
      return library.name() + " (" + library.library().getFile() + ")";
    } catch (IOException | LinkageError none) {
      return "not available: " + none.getMessage();
    }
  }

  private int number(String what) throws IOException {
    Memory number = new Memory(Integer.BYTES);
    int failed = what.equals("MPI_Comm_rank")
        ? Mpi.MPI_Comm_rank(library.world(), number)
        : Mpi.MPI_Comm_size(library.world(), number);
    check(what, failed);
    return number.getInt(0);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void exchange(ByteBuffer slices, ByteBuffer received) throws IOException {
    int count = slices.capacity() / size;
    check(
        "MPI_Ialltoall",
        Mpi.MPI_Ialltoall(
            at(slices),
            count,
            library.bytes(),
            at(received),
            count,
            library.bytes(),
            library.world(),
            call));
    await();
  }

  @Override
  public void gather(ByteBuffer mine, ByteBuffer all) throws IOException {
    int count = mine.capacity();
    check(
        "MPI_Iallgather",
        Mpi.MPI_Iallgather(
            at(mine),
            count,
            library.bytes(),
            at(all),
            count,
            library.bytes(),
            library.world(),
            call));
    await();
  }

  @Override
  public void broadcast(ByteBuffer data, int from) throws IOException {
    check(
        "MPI_Ibcast",
        Mpi.MPI_Ibcast(at(data), data.capacity(), library.bytes(), from, library.world(), call));
    await();
  }

  /**
   * Adds numbers of all ranks in an order that MPI chooses by their number: not for gradients, but to compare
   * the time of {@link OrderedSum} with.
   *
   * @param mine numbers of this rank, in single precision
   * @param sums receives those of all, of the same length
   * @throws IOException if it fails
   */
  public void addInAnyOrder(ByteBuffer mine, ByteBuffer sums) throws IOException {
    check(
        "MPI_Allreduce",
        Mpi.MPI_Allreduce(
            at(mine),
            at(sums),
            mine.capacity() / Float.BYTES,
            library.floats(),
            library.sum(),
            library.world()));
  }

  private static Pointer at(ByteBuffer buffer) {
    return Native.getDirectBufferPointer(buffer);
  }

  /** Asks whether the call is done until it is: at once at first, then now and then. */
  private void await() throws IOException {
    long begun = System.nanoTime();
    for (long asked = 0; ; asked++) {
      check("MPI_Test", Mpi.MPI_Test(call, done, status));
      if (done.getInt(0) != 0) {
        return;
      }
      if (asked < BUSY) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(NAP);
      }
      if (System.nanoTime() - begun > patience.toNanos()) {
        throw new IOException(Silence.sentence(rank, size, patience));
      }
    }
  }

  private static void check(String what, int failed) throws IOException {
    if (failed != 0) {
      throw new IOException(Text.of("%s: expected to succeed, got error %d", what, failed));
    }
  }

  @Override
  public void abort(int status) {
    int unused = Mpi.MPI_Abort(library.world(), status);
  }

  @Override
  public void close() throws IOException {
    check("MPI_Ibarrier", Mpi.MPI_Ibarrier(library.world(), call));
    await();
    check("MPI_Finalize", Mpi.MPI_Finalize());
  }
}
