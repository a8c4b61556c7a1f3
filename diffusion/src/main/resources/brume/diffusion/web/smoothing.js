// The exponential mean of a curve, which begins at its first value instead of 0.

/** Means of values, of which some may be null, with a share in [0, 1) of what was before. */
export function smoothed(values, share) {
  if (share === 0) {
    return values;
  }
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value == null) {
      return null;
    }
    sum = share * sum + (1 - share) * value;
    weight = share * weight + (1 - share);
    return sum / weight;
  });
}
