package brume.diffusion.ranks;

import brume.tensor.Text;
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The MPI of the system: Open MPI, or MPICH and what is built like it.
 *
 * @param library which holds the calls
 * @param version what it says of itself, its first line
 * @param world handle of all ranks
 * @param bytes handle of the type
 * @param floats handle of the type
 * @param sum handle of the operation
 */
record MpiLibrary(
    NativeLibrary library, String version, long world, long bytes, long floats, long sum) {

  private static final String CHOICE = "BRUME_MPI";
  private static final int NOW_AND_GLOBAL =
      0x102; // flags of dlopen: its plugins look for its symbols
  private static final int LONGEST_VERSION =
      1 << 16; // more than any MPI_MAX_LIBRARY_VERSION_STRING

  // By what mpirun is of, so that a library is not asked to speak with the other's.
  private static final List<String> OPEN = List.of("libmpi.so.40", "libmpi.so.80");
  private static final List<String> MPICH =
      List.of("libmpi.so.12", "libmpich.so.12", "libmpi_cray.so.12");
  private static final List<String> ANY = List.of("mpi", "mpich");

  /** Handles of MPICH, which its ABI has fixed since 2013 for all that are built like it. */
  private static final long MPICH_WORLD = 0x44000000L,
      MPICH_BYTE = 0x4c00010dL,
      MPICH_FLOAT = 0x4c00040aL,
      MPICH_SUM = 0x58000003L;

  /**
   * Finds the library that the variable {@value #CHOICE} names, or else the one that fits who has started
   * this process.
   *
   * @throws IOException if there is none, or none that is known
   */
  static MpiLibrary find() throws IOException {
    quiet();
    List<String> tried = new ArrayList<>();
    for (String name : names()) {
      try {
        return of(
            NativeLibrary.getInstance(name, Map.of(Library.OPTION_OPEN_FLAGS, NOW_AND_GLOBAL)));
      } catch (UnsatisfiedLinkError missing) {
        tried.add(name);
      }
    }
    throw new IOException(Text.of(
        "MPI: expected a library such as libmpi.so.40, found none of %s; install Open MPI or MPICH"
            + " (openmpi-bin of Debian), or name its library with %s",
        String.join(", ", tried), CHOICE));
  }

  private static List<String> names() {
    String chosen = System.getenv(CHOICE);
    if (chosen != null && !chosen.isBlank()) {
      return List.of(chosen);
    }
    boolean mpich =
        System.getenv("PMI_RANK") != null && System.getenv("OMPI_COMM_WORLD_RANK") == null;
    List<String> names = new ArrayList<>(mpich ? MPICH : OPEN);
    names.addAll(mpich ? OPEN : MPICH);
    names.addAll(ANY);
    return names;
  }

  /**
   * Settings that are to be made before a library is loaded, where nobody has made others. UCX takes SIGSEGV
   * for itself, by which a JVM finds null pointers; and a rank that waits is to leave its core to others.
   */
  private static void quiet() {
    Function set = NativeLibrary.getProcess().getFunction("setenv");
    Map.of("UCX_ERROR_SIGNALS", "", "OMPI_MCA_mpi_yield_when_idle", "1")
        .forEach((name, value) -> set.invokeInt(new Object[] {name, value, 0}));
  }

  private static MpiLibrary of(NativeLibrary library) throws IOException {
    String version = version(library);
    List<Long> open = Stream.of(
            "ompi_mpi_comm_world", "ompi_mpi_byte", "ompi_mpi_float", "ompi_mpi_op_sum")
        .map(symbol -> address(library, symbol))
        .flatMap(Optional::stream)
        .map(Pointer::nativeValue)
        .toList();
    if (open.size() == 4) {
      return new MpiLibrary(library, version, open.get(0), open.get(1), open.get(2), open.get(3));
    }
    if (version.matches("(?s).*(MPICH|MVAPICH|Intel\\(R\\) MPI|CRAY).*")) {
      return new MpiLibrary(library, version, MPICH_WORLD, MPICH_BYTE, MPICH_FLOAT, MPICH_SUM);
    }
    throw new IOException(Text.of(
        "MPI: expected Open MPI, MPICH or one that is built like it, got %s (%s); name another with %s",
        version, library.getName(), CHOICE));
  }

  /** May be called before MPI has begun. */
  private static String version(NativeLibrary library) {
    Memory text = new Memory(LONGEST_VERSION), length = new Memory(Integer.BYTES);
    text.clear();
    library.getFunction("MPI_Get_library_version").invokeInt(new Object[] {text, length});
    return Native.toString(text.getByteArray(0, LONGEST_VERSION)).strip();
  }

  /** Its first words, for people. */
  String name() {
    return version
        .lines()
        .findFirst()
        .orElse("")
        .split(",")[0]
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static Optional<Pointer> address(NativeLibrary library, String symbol) {
    try {
      return Optional.of(library.getGlobalVariableAddress(symbol));
    } catch (UnsatisfiedLinkError none) {
      return Optional.empty();
    }
  }
}
