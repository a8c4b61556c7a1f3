/**
 * Randomness as a function of (seed, name, step, element): a {@link brume.tensor.random.RandomKey} is
 * an address in the space of random numbers, {@link brume.tensor.random.Philox} the function that is
 * evaluated there. No generator is shared, so no draw depends on what was drawn before, on which
 * thread, or on which device.
 */
@NullMarked
package brume.tensor.random;

import org.jspecify.annotations.NullMarked;
