package brume.nn.io;

import brume.nn.optim.Resumable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What an optimizer or an average remembers, as a part of a checkpoint. */
record SavedMemory(String name, Resumable memory) implements Stateful {

  @Override
  public void save(Path folder) throws IOException {
    new SavedWeights(name, memory.state()).save(folder);
  }

  @Override
  public void load(Path folder) throws IOException {
    new SavedWeights(name, memory.state()).load(folder);
  }

  @Override
  public Map<String, Long> counters() {
    return Map.of(name, memory.steps());
  }

  @Override
  public void restoreCounters(Map<String, Long> counters) {
    memory.resumeAfter(counters.getOrDefault(name, 0L));
  }
}
