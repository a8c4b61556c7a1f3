package brume.nn;

import brume.autograd.Variable;

/**
 * A denoiser that is told with every question what encoders say of the samples.
 *
 * @param original attends to it
 * @param context of as many samples as it will be asked about
 */
public record Attending(Denoiser original, Context context) implements Denoiser {

  @Override
  public Variable predict(Query query) {
    return original.predict(query.withCondition(query.condition().withContext(context)));
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }
}
