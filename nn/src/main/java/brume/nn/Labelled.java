package brume.nn;

import brume.autograd.Variable;

/**
 * A denoiser that is told the classes of samples with every question.
 *
 * @param original knows classes
 * @param labels (N) number of the class of each sample, {@link Condition#NO_CLASS} where it is not
 *     told; looked at anew where recorded work is repeated, and else not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // wrappers are asked, never compared
public record Labelled(Denoiser original, int[] labels) implements Denoiser {

  @Override
  public Variable predict(Query query) {
    return original.predict(query.withCondition(query.condition().withKept(labels)));
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }
}
