package brume.diffusion.settings;

/**
 * A value of several numbers that people write as one word, such as {@code 48x64}. An implementation
 * has a static method {@code parse(String)} that reads what {@code toString} writes, or throws an {@link
 * IllegalArgumentException} that says what it expected and what came, and a static method {@code
 * expected()} that names it, such as {@code a size like 64 or 48x64}.
 */
public interface Written {}
