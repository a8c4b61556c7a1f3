package brume.cuda.emulator;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.ptx.PtxVariable;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/** What a kernel is given: where each parameter lies, as the launch packs them. */
final class Parameters {

  private final String kernel;
  private final List<PtxVariable> parameters;
  private final List<Integer> starts = new ArrayList<>();
  private int bytes;

  Parameters(String kernel, List<PtxVariable> parameters) {
    this.kernel = kernel;
    this.parameters = parameters;
    for (PtxVariable parameter : parameters) {
      int start = (bytes + parameter.align() - 1) / parameter.align() * parameter.align();
      starts.add(start);
      bytes = start + parameter.bytes();
    }
  }

  List<PtxVariable> all() {
    return parameters;
  }

  int start(int i) {
    return starts.get(i);
  }

  /** The bytes of a launch's arguments, if they fit the parameters one by one. */
  byte[] accept(Arguments arguments) {
    boolean fits = arguments.count() == parameters.size();
    for (int i = 0; fits && i < parameters.size(); i++) {
      int end =
          i + 1 < arguments.count() ? arguments.start(i + 1) : arguments.bytes().limit();
      fits = arguments.start(i) == starts.get(i)
          && end >= starts.get(i) + parameters.get(i).bytes();
    }
    if (!fits || arguments.bytes().limit() != bytes) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE,
          "launch of " + kernel,
          Text.of("expected %s, got %s", describe(), describe(arguments)));
    }
    byte[] copy = new byte[bytes];
    arguments.bytes().get(copy);
    return copy;
  }

  private String describe() {
    List<String> sizes = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      sizes.add(Text.of("%d at %d", parameters.get(i).bytes(), starts.get(i)));
    }
    return Text.of("%d bytes of parameters (%s)", bytes, String.join(", ", sizes));
  }

  private static String describe(Arguments arguments) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < arguments.count(); i++) {
      places.add("at " + arguments.start(i));
    }
    return Text.of("%d bytes (%s)", arguments.bytes().limit(), String.join(", ", places));
  }
}
