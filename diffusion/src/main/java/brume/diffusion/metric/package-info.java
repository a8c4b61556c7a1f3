/**
 * How far samples are from data: on features of pictures ({@link brume.diffusion.metric.Moments},
 * {@link brume.diffusion.metric.FrechetDistance}, {@link brume.diffusion.metric.PrecisionRecall}), on
 * what a classifier says of them ({@link brume.diffusion.metric.InceptionScore}), or on points of the
 * plane ({@link brume.diffusion.metric.Histogram2d}). Figures are computed of plain arrays in double
 * precision; {@link brume.diffusion.metric.RandomFeatures} are features of pictures.
 */
@NullMarked
package brume.diffusion.metric;

import org.jspecify.annotations.NullMarked;
