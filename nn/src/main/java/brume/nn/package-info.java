/**
 * What a network is: a {@link brume.nn.Layer} has named {@linkplain brume.nn.NamedParameter
 * parameters}, which {@link brume.nn.Parameters} creates while the layer is built, and computes in a
 * {@link brume.nn.Pass} that says whether it is training. Go on with {@link brume.nn.layer.Linear},
 * then {@link brume.nn.unet.lucid.UNet}.
 */
@NullMarked
package brume.nn;

import org.jspecify.annotations.NullMarked;
