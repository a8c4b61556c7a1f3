package brume.cuda.emulator.ptx;

import brume.tensor.Text;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Reads what follows {@code .shared}, {@code .param} and their like: alignment, type, name, contents. */
final class PtxDeclarations {

  private PtxDeclarations() {}

  /** Reads the one variable of a declaration. */
  static void variables(
      PtxLexer lexer, String space, UnaryOperator<String> rename, Consumer<PtxVariable> found) {
    found.accept(variable(lexer, space, rename));
    if (lexer.is(",")) {
      throw lexer.error("expected one variable a declaration; write the second by itself");
    }
  }

  /** Reads one variable, after its space. */
  static PtxVariable variable(PtxLexer lexer, String space, UnaryOperator<String> rename) {
    int align = 0;
    PtxType type = null;
    while (lexer.token().startsWith(".")) {
      String word = lexer.take();
      if (word.equals(".align")) {
        align = (int) lexer.takeInteger();
      } else if (!word.equals(".ptr") && !word.equals(".global")) {
        type = PtxType.named(word.substring(1)).orElse(type);
      }
    }
    if (type == null) {
      throw lexer.error(Text.of("expected the type of a variable, got '%s'", lexer.token()));
    }
    String name = rename.apply(lexer.take());
    int count = 1;
    while (lexer.skip("[")) {
      count *= lexer.is("]") ? 0 : (int) lexer.takeInteger();
      lexer.expect("]");
    }
    String contents = lexer.skip("=") ? contents(lexer, type) : "";
    int bytes = Math.max(count * type.bytes(), contents.length());
    return new PtxVariable(name, space, Math.max(align, type.bytes()), bytes, contents);
  }

  private static String contents(PtxLexer lexer, PtxType type) {
    StringBuilder bytes = new StringBuilder();
    int depth = 0;
    do {
      if (lexer.skip("{")) {
        depth++;
      } else if (lexer.skip("}")) {
        depth--;
      } else if (!lexer.skip(",")) {
        long bits = lexer.takeInteger();
        for (int i = 0; i < type.bytes(); i++) {
          bytes.append((char) (bits >>> (8 * i) & 0xff));
        }
      }
    } while (depth > 0);
    return bytes.toString();
  }
}
