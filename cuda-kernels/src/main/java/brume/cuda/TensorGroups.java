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
  private static final int MAX_TENSORS = 48; // of each role
  private static final int MAX_BLOCKS = 320; // of one launch
  private static final int MOST_THREADS = 256; // of a block

  private final int roles;
  private final int[] fields; // struct Groups: addresses in two halves, sizes, chunks, groups
  private int tensors;
  private int blocks;
  private int largestPiece;

  private TensorGroups(int roles) {
    this.roles = roles;
    this.fields = new int[2 * roles * MAX_TENSORS + MAX_TENSORS + MAX_BLOCKS + MAX_BLOCKS / 4];
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
      for (int chunk = 0; chunk * (long) CHUNK < size; chunk++) {
        if (current.blocks == MAX_BLOCKS || chunk == 0 && current.tensors == MAX_TENSORS) {
          launches.add(current);
          current = new TensorGroups(roles.size());
        }
        if (chunk == 0 || current.tensors == 0) {
          current.add(roles, i);
        }
        current.addBlock(chunk, size);
      }
    }
    if (current.blocks > 0) {
      launches.add(current);
    }
    return launches;
  }

  private void add(List<List<Tensor>> all, int i) {
    for (int role = 0; role < roles; role++) {
      long address = CudaStorage.address(all.get(role).get(i), 0);
      int at = 2 * (role * MAX_TENSORS + tensors);
      fields[at] = (int) address;
      fields[at + 1] = (int) (address >>> 32);
    }
    fields[2 * roles * MAX_TENSORS + tensors] = all.get(0).get(i).shape().size();
    tensors++;
  }

  private void addBlock(int chunk, int size) {
    int chunks = (2 * roles + 1) * MAX_TENSORS, groups = chunks + MAX_BLOCKS;
    fields[chunks + blocks] = chunk;
    fields[groups + blocks / 4] |= (tensors - 1) << blocks % 4 * 8; // one byte each
    largestPiece = Math.max(largestPiece, Math.min(CHUNK, size - chunk * CHUNK));
    blocks++;
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
    return kernel.grid(blocks).block(threads).sharedDoubles(threads).struct(fields);
  }
}
