package brume.nn;

import brume.autograd.Variable;

/**
 * A denoiser that is shown pictures beside the data with every question.
 *
 * @param original looks at them
 * @param pictures (N, H, W, K)
 */
public record Shown(Denoiser original, Variable pictures) implements Denoiser {

  @Override
  public Variable predict(Query query) {
    return original.predict(query.withCondition(query.condition().withPictures(pictures)));
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }
}
