/**
 * Changes of pictures that training makes by chance and tells the network, so that samples show none of
 * them. Begin with {@link brume.diffusion.data.augment.Augmentations}.
 */
@NullMarked
package brume.diffusion.data.augment;

import org.jspecify.annotations.NullMarked;
