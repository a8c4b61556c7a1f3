/**
 * A U-Net whose positions see the time as one more key and value of their attention.
 */
@NullMarked
package brume.nn.unet.blog;

import org.jspecify.annotations.NullMarked;
