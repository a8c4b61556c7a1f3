/**
 * Where pictures come from: IDX files, the Fashion-MNIST set that ships with Brume, folders of
 * image files, and the order in which training visits them. All of it is plain arrays, channels
 * last, in [0, 1]; nothing here knows a tensor. Next stop: {@code brume.diffusion.image}, where
 * pictures go.
 */
@NullMarked
package brume.diffusion.data;

import org.jspecify.annotations.NullMarked;
