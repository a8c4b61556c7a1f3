package brume.nn.karras;

import static brume.autograd.function.magnitude.MpConcatenate.mpConcatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.Upkeep;
import brume.nn.karras.MpBlock.Role;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The U-Net of EDM2 for sequences, images and videos. No layer changes the magnitude of what it is
 * given, and none has a bias; in training, every pass first brings the weights themselves to
 * magnitude one. An untrained network answers 0.
 *
 * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
 *     Dynamics of Diffusion Models (2023), configuration G</a>
 */
public final class KarrasUNet implements Network {

  private final Parameters at;
  private final KarrasUNetConfig config;
  private final Known known;
  private final MpConv first;
  private final List<MpBlock> downs = new ArrayList<>();
  private final List<MpBlock> middles;
  private final List<Up> ups = new ArrayList<>();
  private final MpConv last;
  private final Gain gain;
  private final ForcedNormalization forced;

  /** A block of the way up, and whether it sees what the way down has left. */
  private record Up(MpBlock block, boolean seesSkip) {}

  /** What a block of the way up will be, before there is a list whose end gives it its name. */
  private record UpPlan(Role role, boolean seesSkip) {}

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public KarrasUNet(Device device, RandomKey key, KarrasUNetConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int seen = config.channels() * (config.selfCondition() ? 2 : 1);
    this.first = MpConv.withOnes(at.child("input_block"), config.space(), seen, config.dim(), 3);
    this.known = new Known(
        at,
        config.waves(),
        config.timeScale(),
        config.knownDim(),
        config.classes(),
        config.mix().known());
    List<UpPlan> plans = addDowns();
    int coarsest = plans.get(plans.size() - 1).role().cout();
    Role middle = new Role(coarsest, coarsest, attendsAt(coarsestSize()), Optional.empty());
    this.middles = List.of(
        MpBlock.up(at.child("mids.0"), config, middle),
        MpBlock.up(at.child("mids.1"), config, middle));
    Collections.reverse(plans);
    for (int i = 0; i < plans.size(); i++) {
      UpPlan plan = plans.get(i);
      ups.add(new Up(MpBlock.up(at.child("ups." + i), config, plan.role()), plan.seesSkip()));
    }
    this.last = new MpConv(
        at.child("output_block.0"), config.space(), config.dim(), config.outChannels(), 3);
    this.gain = new Gain(at.child("output_block.1"));
    this.forced = new ForcedNormalization(at.all());
  }

  /** Builds the way down; returns what the way up must be, last block first. */
  private List<UpPlan> addDowns() {
    List<UpPlan> plans = new ArrayList<>();
    int width = config.dim(), size = config.size();
    plans.add(besideSkip(width, false));
    addStage(plans, 0, width, false);
    for (int stage = 1; stage < config.blocks().size(); stage++) {
      Halving halving = config.halvings().get(stage - 1);
      int wider = Math.min(config.dimMax(), 2 * width);
      plans.add(new UpPlan(new Role(wider, width, attendsAt(size), Optional.of(halving)), false));
      size = halving == Halving.FRAME ? size : size / 2;
      boolean attends = attendsAt(size);
      addDown(new Role(width, wider, attends, Optional.of(halving)));
      plans.add(besideSkip(wider, attends));
      addStage(plans, stage, wider, attends);
      width = wider;
    }
    return plans;
  }

  private void addStage(List<UpPlan> plans, int stage, int width, boolean attends) {
    for (int i = 0; i < config.blocks().get(stage); i++) {
      addDown(new Role(width, width, attends, Optional.empty()));
      plans.add(besideSkip(width, attends));
    }
  }

  private void addDown(Role role) {
    downs.add(MpBlock.down(at.child("downs." + downs.size()), config, role));
  }

  private static UpPlan besideSkip(int width, boolean attends) {
    return new UpPlan(new Role(2 * width, width, attends, Optional.empty()), true);
  }

  private boolean attendsAt(int size) {
    return config.attentionSizes().contains(size);
  }

  private int coarsestSize() {
    int size = config.size();
    for (Halving halving : config.halvings()) {
      size = halving == Halving.FRAME ? size : size / 2;
    }
    return size;
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public KarrasUNetConfig config() {
    return config;
  }

  /**
   * Applies the network. Where it sees a former estimate and there is none, that is zero. Where it knows
   * classes, the last of them stands for none.
   *
   * @param query of (N, 1, L, C) sequences, (N, H, W, C) images or (N, F, H, W, C) videos
   * @return of the shape of x with the result's channels
   * @throws ShapeException if x does not fit or a size cannot be halved at every stage
   */
  @Override
  public Variable predict(Query query) {
    return Tape.tidy(() -> run(query, () -> known.forward(query, "karras")));
  }

  /**
   * Applies a network that is told classes in shares.
   *
   * @param query as of {@link #predict(Query)}
   * @param classes (N, classes) how far each sample belongs to each class, of sum one
   * @return of the shape of x with the result's channels
   * @throws ShapeException if x or the classes do not fit
   */
  public Variable predict(Query query, Variable classes) {
    ShapeException.unless(
        config.classes() > 0
            && classes.shape().equals(Shape.of(query.times().length, config.classes())),
        "karras: expected classes (%d, %d), got %s",
        query.times().length,
        config.classes(),
        classes.shape());
    query.condition().requireNoLabels("karras with shares of classes");
    return Tape.tidy(() -> run(query, () -> known.forward(query, classes, "karras")));
  }

  @Override
  public boolean isSelfConditioned() {
    return config.selfCondition();
  }

  private Variable run(Query query, Supplier<Variable> timeAndClass) {
    requireFitting(query.xt().shape());
    if (!config.selfCondition()) {
      query.condition().requireNoFormer("karras");
    }
    if (query.pass().isTraining() && forced.isDue()) {
      forced.run();
    }
    Variable told = timeAndClass.get();
    Variable h = first.forward(config.selfCondition() ? query.withFormer() : query.xt());
    Deque<Variable> skips = new ArrayDeque<>();
    skips.push(h);
    for (MpBlock block : downs) {
      h = block.forward(h, told, query.pass());
      skips.push(h);
    }
    for (MpBlock block : middles) {
      h = block.forward(h, told, query.pass());
    }
    for (Up up : ups) {
      Variable below = h;
      h = Tape.tidy(() -> up.block()
          .forward(
              up.seesSkip() ? mpConcatenate(below, skips.pop(), config.mix().skip()) : below,
              told,
              query.pass()));
    }
    return gain.forward(last.forward(h));
  }

  private void requireFitting(Shape x) {
    int rank = config.space() == Space.VIDEO ? 5 : 4;
    ShapeException.unless(
        x.rank() == rank && x.dim(-1) == config.channels(),
        "karras: expected x of %d axes, the last with C = %d, got %s",
        rank,
        config.channels(),
        x);
    for (int axis = 1; axis < rank - 1; axis++) {
      ShapeException.unless(
          x.dim(axis) % config.factor(axis) == 0,
          "karras: expected axis %d of x to be divisible by %d, to be halved at every stage, got %s",
          axis,
          config.factor(axis),
          x);
    }
  }

  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(known.channels());
  }

  @Override
  public Optional<Upkeep> upkeep() {
    return Optional.of(forced);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
