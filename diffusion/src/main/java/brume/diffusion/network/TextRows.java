package brume.diffusion.network;

/**
 * What a network reads of texts: rows of tokens.
 *
 * @param vocabulary most tokens that it tells apart
 * @param length tokens of a row, with the marks of beginning and end
 * @param channels of what it makes of each token
 * @param directions channels of what it compares of texts and pictures
 */
public record TextRows(int vocabulary, int length, int channels, int directions) {}
