package brume.cuda;

import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors that one launch works on, each of several roles, cut into pieces of which every block takes
 * one; struct Groups of optimizer.cu. Mutable until it is launched.
 */
final class TensorGroups {

  // As in optimizer.cu, whose tables of addresses fit into the 4096 bytes of a launch's arguments.
  private static final int CHUNK = 8192; // elements of a piece
  private static final int TABLE_BYTES = 4032;
  private static final int MOST_THREADS = 256; // of a block

  private final int roles;
  private final int mostTensors; // of each role
  private final int[] fields; // struct Groups: addresses in two halves, sizes, first pieces, groups
  private int tensors;
  private int blocks;
  private int largestPiece;

  private TensorGroups(int roles) {
    this.roles = roles;
    this.mostTensors = TABLE_BYTES / (Long.BYTES * roles + 2 * Integer.BYTES);
    this.fields = new int[2 * (roles + 1) * mostTensors + 2]; // whole words of 64 bits
  }

  /**
   * Divides tensors among as few launches as possible.
   *
   * @param read for each role that is read its tensors; those of one place in the lists have the same
   *     size
   * @param written the same for the roles that are written, which come after the others
   * @return what each launch works on
   */
  static List<TensorGroups> of(List<List<Tensor>> read, List<List<Tensor>> written) {
    List<List<Tensor>> roles = new ArrayList<>(read);
    roles.addAll(written);
    written.forEach(role -> role.forEach(Tensor::writableStorage)); // counts the change
    List<TensorGroups> launches = new ArrayList<>();
    TensorGroups current = new TensorGroups(roles.size());
    for (int i = 0; i < roles.get(0).size(); i++) {
      int size = roles.get(0).get(i).shape().size();
      if (size > 0) {
        if (current.tensors == current.mostTensors) {
          launches.add(current);
          current = new TensorGroups(roles.size());
        }
        current.add(roles, i, size);
      }
    }
    if (current.blocks > 0) {
      launches.add(current);
    }
    return launches;
  }

  private void add(List<List<Tensor>> all, int i, int size) {
    for (int role = 0; role < roles; role++) {
      long address = CudaStorage.address(all.get(role).get(i), 0);
      int at = 2 * (role * mostTensors + tensors);
      fields[at] = (int) address;
      fields[at + 1] = (int) (address >>> 32);
    }
    int sizes = 2 * roles * mostTensors;
    fields[sizes + tensors] = size;
    fields[sizes + mostTensors + tensors] = blocks;
    tensors++;
    fields[sizes + 2 * mostTensors] = tensors;
    blocks += (size - 1) / CHUNK + 1;
    largestPiece = Math.max(largestPiece, Math.min(CHUNK, size));
  }

  /** Number of blocks. */
  int blocks() {
    return blocks;
  }

  /**
   * A launch of one block for each piece, which may fold doubles.
   *
   * @param kernel takes struct Groups first
   * @return the launch, to be given the other arguments
   */
  CudaKernel.Launch launch(CudaKernel kernel) {
    int threads = Integer.highestOneBit(Math.min(MOST_THREADS, largestPiece));
    return kernel.grid(blocks).block(threads).sharedDoubles(threads).varying(fields);
  }
}
