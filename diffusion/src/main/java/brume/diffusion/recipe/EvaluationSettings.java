package brume.diffusion.recipe;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;

/**
 * How samples are judged while a run learns. Training does not depend on it.
 *
 * @param every training steps from one evaluation to the next; 0 for none
 * @param count samples of each
 * @param by which figure tells that a run was better before
 * @param best whether the checkpoint of the best evaluation is kept
 */
public record EvaluationSettings(
    @About(
            value =
                "Steps of training from one evaluation to the next, and one at the end; 0 for none.",
            min = 0,
            option = "evaluate-every")
        int every,
    @About(
            value = "Samples of an evaluation, fewer for less time.",
            min = 2,
            max = 1_000_000,
            option = "evaluate-count")
        int count,
    @About(value = "Which metric tells that a run was better before.", option = "evaluate-by")
        EvaluationScore by,
    @About(
            value =
                "Keep the checkpoint of the best evaluation, too, for sample --checkpoint best.",
            option = "keep-best")
        boolean best) {

  /** Refuses to keep the best of no evaluations. {@inheritDoc} */
  public EvaluationSettings {
    SettingException.unless(
        !best || every > 0,
        "{evaluation.best}: expected with {evaluation.every} above 0, as the best is found by evaluations, got none");
  }

  /**
   * No evaluations.
   *
   * @return the settings unless others are given
   */
  public static EvaluationSettings none() {
    return new EvaluationSettings(0, 256, EvaluationScore.FRECHET_DISTANCE, false);
  }
}
