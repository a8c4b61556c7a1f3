package brume.nn;

/** A denoiser with parameters: what can be trained, saved and loaded. */
public interface Network extends Denoiser, Layer {}
