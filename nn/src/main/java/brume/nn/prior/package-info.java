/** From words to the vector of a picture, as unCLIP does it. Names in files are those of diffusers. */
@NullMarked
package brume.nn.prior;

import org.jspecify.annotations.NullMarked;
