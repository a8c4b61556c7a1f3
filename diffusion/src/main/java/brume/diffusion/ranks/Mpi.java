package brume.diffusion.ranks;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The few calls of MPI that move bytes, as MPI 3 defines them, and one that adds, to compare with; see <a
 * href="https://www.mpi-forum.org/docs/">the standard</a>. Handles are of 64 bits here: libraries that have
 * them of 32, as MPICH, read the lower half.
 */
final class Mpi {

  static final int SERIALIZED = 2; // calls come from several threads, one at a time

  private Mpi() {}

  /** Binds the calls to a library. Once in a process, as MPI begins once. */
  static void bind(NativeLibrary library) {
    Native.register(Mpi.class, library);
  }

  static native int MPI_Initialized(Pointer flag);

  static native int MPI_Init_thread(Pointer argc, Pointer argv, int required, Pointer provided);

  static native int MPI_Comm_rank(long comm, Pointer rank);

  static native int MPI_Comm_size(long comm, Pointer size);

  static native int MPI_Ialltoall(
      Pointer sent, int sends, long type, Pointer got, int gets, long of, long comm, Pointer call);

  static native int MPI_Iallgather(
      Pointer sent, int sends, long type, Pointer got, int gets, long of, long comm, Pointer call);

  static native int MPI_Ibcast(
      Pointer data, int count, long type, int root, long comm, Pointer call);

  static native int MPI_Allreduce(
      Pointer sent, Pointer got, int count, long type, long operation, long comm);

  static native int MPI_Ibarrier(long comm, Pointer call);

  static native int MPI_Test(Pointer call, Pointer done, Pointer status);

  static native int MPI_Abort(long comm, int status);

  static native int MPI_Finalize();
}
