package brume.tensor.kernel;

/**
 * The numbers of one step of gradient descent, in double precision.
 *
 * @param learningRate lr
 * @param l2 λ₂, weight decay added to the gradient
 * @param momentum μ, share of the buffer that is kept; with 0 the buffer is not touched
 * @param share 1 − dampening, share of the gradient that enters the buffer; 1 in the first step, in which
 *     the buffer becomes the gradient
 * @param nesterov whether to look ahead along the buffer
 * @param first whether this is the first step
 */
public record SgdCoefficients(
    double learningRate,
    double l2,
    double momentum,
    double share,
    boolean nesterov,
    boolean first) {}
