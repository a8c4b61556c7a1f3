package brume.diffusion.ranks;

import java.nio.ByteBuffer;

/** One process without others: what it sends it receives. */
record Alone() implements Ranks {

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void exchange(ByteBuffer slices, ByteBuffer received) {
    received.duplicate().clear().put(slices.duplicate().clear());
  }

  @Override
  public void gather(ByteBuffer mine, ByteBuffer all) {
    exchange(mine, all);
  }

  @Override
  public void broadcast(ByteBuffer data, int from) {}

  @Override
  public void abort(int status) {}

  @Override
  public void close() {}
}
