package brume.tests.op;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import net.jqwik.api.Assume;
import net.jqwik.api.lifecycle.BeforeTry;

/** The CPU backend at sizes nobody chose. */
class CpuParityPropertiesTest extends ParityProperties {

  @BeforeTry
  void needTheCpu() {
    Assume.that(TestBackends.cpuIsAvailable());
  }

  @Override
  Backend backend() {
    return Backends.cpu();
  }
}
