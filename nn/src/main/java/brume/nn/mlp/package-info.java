/**
 * Networks without convolutions, for points and other samples of few numbers: {@link
 * brume.nn.mlp.Mlp}.
 */
@NullMarked
package brume.nn.mlp;

import org.jspecify.annotations.NullMarked;
