package brume.cuda.emulator.ptx;

/**
 * A declared piece of memory, or a parameter.
 *
 * @param name as written, made unique within its function
 * @param space where it lives: {@code global}, {@code const}, {@code shared}, {@code local} or {@code
 *     param}
 * @param align its address is a multiple of this
 * @param bytes its size; 0 for dynamic shared memory
 * @param contents its initial bytes, as characters from 0 to 255; empty if it starts with zeros
 */
public record PtxVariable(String name, String space, int align, int bytes, String contents) {}
