package brume.diffusion.run;

import brume.nn.io.Stateful;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A part that is one number. */
class OneNumber implements Stateful {

  private final String name;
  long number;

  OneNumber(String name, long number) {
    this.name = name;
    this.number = number;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void save(Path folder) throws IOException {
    Files.writeString(folder.resolve(name + ".txt"), Long.toString(number));
  }

  @Override
  public void load(Path folder) throws IOException {
    number = Long.parseLong(Files.readString(folder.resolve(name + ".txt")));
  }

  @Override
  public Map<String, Long> counters() {
    return Map.of(name + ".twice", 2 * number);
  }

  @Override
  public void restoreCounters(Map<String, Long> counters) {
    if (!counters.equals(counters())) {
      throw new IllegalStateException("got " + counters);
    }
  }
}
