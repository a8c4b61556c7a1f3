package brume.nn.unet.edm;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.edm.SongUNetConfig.Decoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the way up answers: at its end, or at each level, each answer made larger and added to the next. */
final class Answers {

  private final Filter filter;
  private final List<Head> heads = new ArrayList<>(); // finest first

  /** What makes an answer of the result of a level. */
  private record Head(GroupNorm norm, Conv2d conv) {

    Variable forward(Variable h) {
      return conv.forward(norm.forwardSiLU(h));
    }
  }

  Answers(Parameters at, SongUNetConfig config, double eps, Initialization rule) {
    this.filter = config.filter();
    EdmConfig common = config.common();
    int answering = config.decoder() == Decoder.SKIP ? common.levels() : 1;
    for (int level = 0; level < answering; level++) {
      String place = "dec." + common.resolution(level);
      int width = common.width(level);
      heads.add(new Head(
          EdmBlock.norm(at.child(place + "_aux_norm"), width, eps),
          EdmBlock.conv(at.child(place + "_aux_conv"), width, common.outChannels(), 3, rule)));
    }
  }

  /** A fresh sum, for one pass. */
  Sum begin() {
    return new Sum();
  }

  /** The answers of one pass. */
  final class Sum {
    private Optional<Variable> former = Optional.empty();

    /** The way up, in which every doubling comes after an answer. */
    List<Level> around(List<Level> ups) {
      List<Level> answering = new ArrayList<>(ups);
      for (int i = 1; i < heads.size(); i++) {
        Level own = ups.get(i);
        int level = i;
        answering.set(i, new Level(own.steps(), (x, told) -> {
          former = Optional.of(with(level, x));
          return own.resample().forward(x, told);
        }));
      }
      return answering;
    }

    /** The answer, with what the finest level says to it. */
    Variable whole(Variable finest) {
      return with(0, finest);
    }

    private Variable with(int level, Variable h) {
      Variable own = heads.get(level).forward(h);
      return former.map(answer -> add(own, filter.doubled(answer))).orElse(own);
    }
  }
}
