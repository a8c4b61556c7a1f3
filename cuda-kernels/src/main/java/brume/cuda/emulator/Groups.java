package brume.cuda.emulator;

/**
 * The lanes of a warp by where they stand. Mutable: the group that runs is taken out, and what becomes
 * of its lanes is put back.
 */
final class Groups {

  /** What a group does. */
  enum State {
    /** Can run. */
    READY,
    /** Stands at an instruction that other lanes of the warp must reach, too. */
    GATHERING,
    /** Stands at a barrier of the block. */
    AT_BARRIER
  }

  private final int[] pc = new int[Lanes.COUNT];
  private final int[] lanes = new int[Lanes.COUNT];
  private final State[] state = new State[Lanes.COUNT];
  private int count;

  /** Adds lanes, to those that do the same at the same place if there are any. */
  void put(int place, int set, State doing) {
    if (set == 0) {
      return;
    }
    for (int g = 0; g < count; g++) {
      if (pc[g] == place && state[g] == doing) {
        lanes[g] |= set;
        return;
      }
    }
    pc[count] = place;
    lanes[count] = set;
    state[count++] = doing;
  }

  /** The ready group that is furthest behind; -1 if none is ready. */
  int furthestBehind() {
    int best = -1;
    for (int g = 0; g < count; g++) {
      if (state[g] == State.READY && (best < 0 || pc[g] < pc[best])) {
        best = g;
      }
    }
    return best;
  }

  /** Place of the ready group that is furthest behind; the largest int if none is ready. */
  int nextPlace() {
    int g = furthestBehind();
    return g < 0 ? Integer.MAX_VALUE : pc[g];
  }

  int place(int g) {
    return pc[g];
  }

  /** Removes a group and returns its lanes. */
  int take(int g) {
    int taken = lanes[g];
    count--;
    pc[g] = pc[count];
    lanes[g] = lanes[count];
    state[g] = state[count];
    return taken;
  }

  /** Removes the lanes that gather at a place and returns them; 0 if there are none. */
  int takeGathering(int place) {
    for (int g = 0; g < count; g++) {
      if (state[g] == State.GATHERING && pc[g] == place) {
        return take(g);
      }
    }
    return 0;
  }

  /** Lanes of all groups. */
  int all() {
    int set = 0;
    for (int g = 0; g < count; g++) {
      set |= lanes[g];
    }
    return set;
  }

  /** The first group that gathers; -1 if none does. */
  int gathering() {
    for (int g = 0; g < count; g++) {
      if (state[g] == State.GATHERING) {
        return g;
      }
    }
    return -1;
  }

  /** Where a lane stands; -1 if it is in no group. */
  int placeOf(int lane) {
    for (int g = 0; g < count; g++) {
      if (Lanes.has(lanes[g], lane)) {
        return pc[g];
      }
    }
    return -1;
  }

  /** Lets the lanes that wait at a barrier go on behind it. */
  void passBarrier() {
    for (int g = 0; g < count; g++) {
      pc[g]++;
      state[g] = State.READY;
    }
  }
}
