package brume.diffusion.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.tensorboard.Events.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

  @TempDir
  private Path folder;

  /** The reader of this test sums as the standard says. */
  @Test
  void theSumOfTheStandardsExample() {
    assertEquals(0xE3069283, Events.sum("123456789".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void numbersOfAnySizeAreReadBack() throws IOException {
    try (EventFile events = EventFile.create(folder, 0, at(1_700_000_000.25))) {
      events.scalars(0, Map.of("a", -0.5));
      events.scalars(Integer.MAX_VALUE, Map.of("a", 1e-30));
      events.text(300, "t", "ä".repeat(200));
    }
    List<Fields> events = Events.read(folder).get(0);
    assertEquals(4, events.size());
    assertEquals("brain.Event:2", events.get(0).text(3));
    assertEquals(1_700_000_000.25, events.get(0).only(1));
    assertEquals(0L, events.get(1).only(2));
    assertEquals((long) Integer.MAX_VALUE, events.get(2).only(2));
    assertEquals(-0.5f, value(events.get(1)).only(2));
    assertEquals(1e-30f, value(events.get(2)).only(2));
    assertEquals("ä".repeat(200), value(events.get(3)).messages(8).get(0).text(8));
  }

  /** TensorBoard reads files in the order of their names, whatever the clock says. */
  @Test
  void laterFilesComeBehindEarlierOnesAndSayFromWhereTheyGoOn() throws IOException {
    EventFile.create(folder, 0, at(2000)).close();
    EventFile.create(folder, 10, at(2000)).close();
    EventFile.create(folder, 7, at(1000)).close();
    List<List<Fields>> files = Events.read(folder);
    assertEquals(List.of(1, 2, 2), files.stream().map(List::size).toList());
    assertEquals(11L, files.get(1).get(1).only(2));
    assertEquals(8L, files.get(2).get(1).only(2));
    assertEquals(1L, files.get(2).get(1).messages(7).get(0).only(1), "a session starts");
  }

  private static Fields value(Fields event) {
    return event.messages(5).get(0).messages(1).get(0);
  }

  private static Clock at(double seconds) {
    return Clock.fixed(Instant.ofEpochMilli((long) (seconds * 1000)), ZoneOffset.UTC);
  }
}
