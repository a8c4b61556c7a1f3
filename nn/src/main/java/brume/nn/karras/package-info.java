/**
 * The magnitude-preserving networks of EDM2 as denoising-diffusion-pytorch has them: a U-Net for
 * sequences, images and videos. Names in files are those of that system.
 *
 * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
 *     Dynamics of Diffusion Models (2023), configuration G</a>
 */
@NullMarked
package brume.nn.karras;

import org.jspecify.annotations.NullMarked;
