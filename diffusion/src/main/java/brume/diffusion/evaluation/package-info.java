/**
 * Judges samples: what stands for them ({@link brume.diffusion.evaluation.FeatureExtractor}), the data they are
 * compared with ({@link brume.diffusion.evaluation.Reference}), and the figures of both
 * ({@link brume.diffusion.evaluation.Evaluation}).
 */
@NullMarked
package brume.diffusion.evaluation;

import org.jspecify.annotations.NullMarked;
