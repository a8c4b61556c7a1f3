package brume.tensor.kernel;

/**
 * The numbers of one step of Adam, in double precision.
 *
 * @param learningRate lr
 * @param beta1 β₁, decay of the first moment
 * @param beta2 β₂, decay of the second moment
 * @param eps ε, added to the root of the second moment
 * @param l2 λ₂, weight decay added to the gradient (Adam)
 * @param decay λ, weight decay taken off the parameter (AdamW)
 * @param correction1 c₁ = 1 − β₁ᵗ
 * @param correction2 c₂ = 1 − β₂ᵗ
 */
public record AdamCoefficients(
    double learningRate,
    double beta1,
    double beta2,
    double eps,
    double l2,
    double decay,
    double correction1,
    double correction2) {}
