/**
 * Functions that keep the magnitude of activations, their root mean square, where it was: what the
 * networks of EDM2 are made of. Compositions of other functions, from which their gradients come.
 *
 * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
 *     Dynamics of Diffusion Models (2023), §2 and appendix B</a>
 */
@NullMarked
package brume.autograd.function.magnitude;

import org.jspecify.annotations.NullMarked;
