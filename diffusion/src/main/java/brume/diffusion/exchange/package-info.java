/**
 * Recipes and weights of others, and ours for others: the folders of diffusers and safetensors files under
 * PyTorch's names. A folder is read as a {@link brume.diffusion.recipe.Recipe} and knows no more than that.
 */
@NullMarked
package brume.diffusion.exchange;

import org.jspecify.annotations.NullMarked;
