package brume.nn;

import brume.autograd.Differentiable;
import brume.autograd.Gradients;
import brume.autograd.InputGradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Recording;
import brume.tensor.math.Copies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network's way from one kind of query to its answer, and back from the gradient of the answer to those of
 * the parameters, recorded on a device that repeats either at the cost of starting it.
 *
 * <pre>
 *   predict    query → places,  way there,  answer → a copy
 *   backward   gradient → its place,  way back,  gradients → copies
 * </pre>
 *
 * <p>What the way there keeps for the way back has room for one query only, so a second one has to wait
 * until the first is undone or forgotten. Mutable.
 */
final class RecordedPass implements AutoCloseable {

  private final Scope.Aside room = new Scope.Aside();
  private final FixedQuery at;
  private final List<Variable> parameters; // that want a gradient
  private final Tensor dy;
  private final Recording recording;
  private final List<Optional<Tensor>> gradients = new ArrayList<>(); // of what wants one
  private Variable answer;
  private @Nullable Tensor pending; // answer whose way back has not been gone

  /**
   * Records a network.
   *
   * @param network is asked twice, once without effect
   * @param parameters of the network
   * @param first a query of the kind; whether the tape records now decides whether there is a way back
   * @param shape of the answer
   * @throws RuntimeException if the network cannot be recorded, in any way of its device
   */
  RecordedPass(Denoiser network, List<Variable> parameters, Query first, Shape shape) {
    boolean back = Tape.isRecording();
    Backend device = Backend.of(first.xt().value());
    this.parameters =
        back ? parameters.stream().filter(Variable::requiresGradient).toList() : List.of();
    this.at = room.own(() -> new FixedQuery(first));
    this.dy = room.own(() -> first.xt().value().like(shape));
    this.answer = at.query().xt();
    Copies.clear(dy);
    Rehearsal rehearsal = new Rehearsal(network);
    try {
      this.recording =
          device.record(back ? List.of(rehearsal::go, rehearsal::back) : List.of(rehearsal::go));
    } catch (RuntimeException | Error refused) {
      rehearsal.end();
      room.close();
      throw refused;
    }
    verify(first);
  }

  private void verify(Query first) {
    try {
      at.take(first);
      recording.verify();
    } catch (RuntimeException | Error refused) {
      close();
      throw refused;
    }
  }

  /** What happens while the device records: everything is done twice, and the first time forgotten. */
  private final class Rehearsal {
    private final Denoiser network;
    private final Scope.Aside forgotten = new Scope.Aside();
    private final boolean back = Tape.isRecording();
    private boolean rehearsed;

    Rehearsal(Denoiser network) {
      this.network = network;
    }

    private Scope.Aside place() {
      return rehearsed ? room : forgotten;
    }

    void go() {
      answer = place().own(() -> network.predict(at.query()));
      if (!back) {
        end();
      }
    }

    void back() {
      Gradients found = place().own(() -> answer.backward(dy));
      gradients.clear();
      at.differentiated().forEach(each -> gradients.add(found.of(each)));
      parameters.forEach(each -> gradients.add(found.of(each)));
      end();
    }

    void end() {
      if (!rehearsed) {
        rehearsed = true;
        forgotten.close();
        at.disturb();
      }
    }
  }

  /** Whether an answer waits for its way back. */
  boolean isBusy() {
    return pending != null && !pending.isFreed();
  }

  /**
   * Asks the network.
   *
   * @param query of the kind
   * @return the answer, owned by the innermost scope
   */
  Variable predict(Query query) {
    at.take(query);
    recording.replay(0);
    Tensor y = answer.value().like();
    Copies.copy(answer.value(), y);
    if (!Tape.isRecording()) {
      return Variable.constant(y);
    }
    List<Variable> inputs = new ArrayList<>(FixedQuery.differentiated(query));
    inputs.addAll(parameters);
    pending = y;
    return Variable.of(y, new Repeated(this, inputs), inputs.toArray(Variable[]::new));
  }

  /**
   * A way there that can be gone back.
   *
   * @param pass recorded
   * @param inputs what wants a gradient, parameters too
   */
  private record Repeated(RecordedPass pass, List<Variable> inputs) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      pass.back(dy, grads);
    }
  }

  private void back(Tensor given, InputGradients grads) {
    Copies.copy(given, dy);
    recording.replay(1);
    pending = null;
    List<Integer> wanted = IntStream.range(0, gradients.size())
        .filter(i -> gradients.get(i).isPresent() && grads.wants(i))
        .boxed()
        .toList();
    List<Tensor> found =
        wanted.stream().map(i -> gradients.get(i).orElseThrow()).toList();
    List<Tensor> copies = Copies.of(found);
    for (int i = 0; i < copies.size(); i++) {
      grads.put(wanted.get(i), copies.get(i));
    }
  }

  @Override
  public void close() {
    recording.close();
    room.close();
  }
}
