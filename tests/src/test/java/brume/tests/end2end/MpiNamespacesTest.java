package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.tests.end2end.MpiProcesses.Said;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two ranks between which there is nothing but a network end in the folder of one process. Where network
 * namespaces cannot be made, the tests say that they skip.
 */
class MpiNamespacesTest {

  private static final int NO_NAMESPACES = 3; // status of the script
  private static final String TRAIN =
      "train --device cpu --threads 1 --data toy:gaussian8 --network mlp --dim 16 --batch 8 --accumulate 3 --steps 4"
          + " --checkpoint-every 2 --sample-every 0 --samples 16 --sample-steps 3 --quiet --run ";

  @TempDir
  private Path folder;

  private static List<String> overANetwork() {
    MpiProcesses.found("bash");
    MpiProcesses.found("mpirun.openmpi");
    return List.of(
        Path.of("..", "bench", "namespaces.sh").toAbsolutePath().normalize().toString());
  }

  private Said run(String words) throws Exception {
    MpiProcesses processes = new MpiProcesses(folder);
    Said said = processes.await(processes.start(overANetwork(), words));
    assumeTrue(said.status() != NO_NAMESPACES, "skipped: " + said.text());
    return said;
  }

  @Test
  void theyEndInTheFolderOfOneProcess() throws Exception {
    Path alone = folder.resolve("alone"), apart = folder.resolve("apart");
    run(TRAIN + apart + " --ranks mpi").requireSuccess();
    MpiProcesses processes = new MpiProcesses(folder);
    processes.await(processes.start(List.of(), TRAIN + alone)).requireSuccess();
    MpiProcesses.assertSame(alone, apart);
  }

  @Test
  void theTimeOfASumIsToldBesideThatOfMpi(TestReporter reporter) throws Exception {
    Said said = run("bench ranks --ranks mpi --size 4 --times 5 --json");
    said.requireSuccess();
    String line =
        said.text().lines().filter(each -> each.startsWith("{")).findFirst().orElse("");
    assertTrue(
        line.matches("\\{\"ranks\":2,\"mib\":4,\"ordered_ms\":[0-9.]+,\"allreduce_ms\":[0-9.]+,.*"),
        said.text());
    assertEquals(1, said.text().lines().filter(each -> each.startsWith("{")).count(), "one speaks");
    reporter.publishEntry("exchange", line);
  }
}
