package brume.nn;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A network that is recorded on devices where starting work costs time: a kind of query that comes a third
 * time is recorded, and from then on one start does what hundreds did. Answers and gradients have the same
 * bits. Between {@link #begin} and its end only; what cannot be recorded is asked as ever. Mutable, for one
 * thread.
 */
public final class Recorder implements Denoiser {

  /** Queries of a kind that are asked before it is recorded. */
  public static final int FIRST = 2; // kernels are loaded and chosen then

  private static final int MOST_KINDS = 8; // recorded; each keeps its memory

  private final Denoiser network;
  private final List<NamedParameter> parameters;
  private final Optional<RecordedUpkeep> upkeep;
  private final Map<List<Object>, Kind> kinds = new HashMap<>();
  private int sessions;
  private Consumer<String> told = reason -> {};
  private boolean refused; // some kind

  /**
   * A network that is asked as ever, until told otherwise.
   *
   * @param network to be asked
   */
  public Recorder(Network network) {
    this(network, network.parameters(), network.upkeep());
  }

  private Recorder(Denoiser network, List<NamedParameter> parameters, Optional<Upkeep> upkeep) {
    this.network = network;
    this.parameters = parameters;
    this.upkeep = upkeep.map(RecordedUpkeep::new);
  }

  /**
   * A network that is asked, never trained.
   *
   * @param network to be asked, or a wrapper of one
   * @return asks it as ever, until told otherwise
   */
  public static Recorder ofAsked(Denoiser network) {
    return new Recorder(network, List.of(), Optional.empty());
  }

  /** A time in which the network is recorded; closing gives back the memory of recordings. */
  public final class Session implements AutoCloseable {

    private boolean closed;

    private Session() {
      sessions++;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        sessions--;
        if (sessions == 0) {
          kinds.values().forEach(Kind::forget);
          kinds.clear();
          upkeep.ifPresent(RecordedUpkeep::close);
          refused = false;
        }
      }
    }
  }

  /**
   * Records from now on, where the device can.
   *
   * @return ends it; a time within another one ends with that
   */
  public Session begin() {
    return begin(reason -> {});
  }

  /**
   * The same for somebody who wants to know what is not recorded.
   *
   * @param refusal is told once why something cannot be recorded
   * @return ends it; a time within another one ends with that
   */
  public Session begin(Consumer<String> refusal) {
    if (sessions == 0) {
      told = refusal;
    }
    return new Session();
  }

  /**
   * How many kinds of queries are repeated from recordings now.
   *
   * @return 0 outside of a session
   */
  public long recorded() {
    return kinds.values().stream().filter(kind -> kind.pass != null).count();
  }

  @Override
  public Variable predict(Query query) {
    boolean trains = query.pass().isTraining();
    boolean fits = sessions > 0
        && (trains
            ? !parameters.isEmpty()
            : !Tape.isRecording()) // else one gradient is wanted only
        && query.learnedTimes().isEmpty();
    if (!fits || !(query.xt().value().device() instanceof Backend device) || !device.records()) {
      return network.predict(query);
    }
    if (trains) {
      upkeep.ifPresent(each -> each.doIfDue(device, this::tell));
    }
    return kinds.computeIfAbsent(FixedQuery.kind(query), any -> new Kind()).predict(query);
  }

  /** Tells the first refusal. */
  private void tell(String reason) {
    if (!refused) {
      refused = true;
      told.accept(reason);
    }
  }

  /** Queries that differ in numbers only. */
  private final class Kind {
    private int asked;
    private boolean refuses;
    private Shape answer = Shape.of();
    private @Nullable RecordedPass pass;

    private Variable predict(Query query) {
      if (pass == null && !refuses && asked == FIRST) {
        pass = record(query)
            .orElse(null); // now, since little memory is in use before a network is asked
      }
      RecordedPass known = pass;
      if (known != null) {
        return known.isBusy() ? network.predict(query) : known.predict(query);
      }
      return refuses ? network.predict(query) : first(query);
    }

    private Variable first(Query query) {
      int[] before = versions();
      Variable given = network.predict(query);
      answer = given.shape();
      asked++;
      if (!Arrays.equals(before, versions())) {
        refuse("it changes its parameters while it is asked");
      }
      return given;
    }

    /** Who changes parameters without declaring it as upkeep would do it once more. */
    private int[] versions() {
      return parameters.stream()
          .mapToInt(each -> each.variable().value().version())
          .toArray();
    }

    private Optional<RecordedPass> record(Query query) {
      if (recorded() >= MOST_KINDS) {
        refuse(Text.of("%d kinds of queries are recorded already", MOST_KINDS));
        return Optional.empty();
      }
      try {
        List<Variable> learned =
            parameters.stream().map(NamedParameter::variable).toList();
        return Optional.of(new RecordedPass(network, learned, query, answer));
      } catch (
          RuntimeException reason) { // whatever a device may say; the work itself is done as ever
        refuse(String.valueOf(reason.getMessage()));
        return Optional.empty();
      }
    }

    private void refuse(String reason) {
      refuses = true;
      tell(reason);
    }

    private void forget() {
      if (pass != null) {
        pass.close();
      }
    }
  }

  @Override
  public Optional<Variable> features(Query query) {
    return network.features(query);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  @Override
  public Denoiser innermost() {
    return network;
  }
}
