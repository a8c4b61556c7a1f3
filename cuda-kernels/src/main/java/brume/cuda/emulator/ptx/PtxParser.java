package brume.cuda.emulator.ptx;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a PTX file. */
public final class PtxParser {

  private final String file;
  private final PtxLexer lexer;
  private final Map<String, PtxFunction> functions = new LinkedHashMap<>();
  private final List<PtxVariable> variables = new ArrayList<>();

  private PtxParser(String file, String text) {
    this.file = file;
    this.lexer = new PtxLexer(file, text);
  }

  /**
   * Reads a PTX file.
   *
   * @param file its name for messages
   * @param text its content
   * @return the program
   * @throws brume.cuda.driver.CudaException with file and line, if the text is no PTX
   */
  public static PtxProgram parse(String file, String text) {
    return new PtxParser(file, text).program();
  }

  private PtxProgram program() {
    while (!lexer.token().isEmpty()) {
      topLevel();
    }
    return new PtxProgram(file, Map.copyOf(functions), List.copyOf(variables));
  }

  private void topLevel() {
    switch (lexer.token()) {
      case ".version", ".target", ".address_size", ".file", ".pragma", ".loc" -> lexer.skipLine();
      case ".section" -> {
        while (!lexer.skip("}")) {
          lexer.take();
        }
      }
      case ".visible", ".extern", ".weak", ".common" -> lexer.take();
      case ".entry", ".func" -> function(lexer.take().equals(".entry"));
      case ".global", ".const", ".shared" -> {
        PtxDeclarations.variables(lexer, lexer.take().substring(1), name -> name, variables::add);
        lexer.expect(";");
      }
      default ->
        throw lexer.error(
            Text.of("expected a variable, kernel or function, got '%s'", lexer.token()));
    }
  }

  private void function(boolean entry) {
    int line = lexer.line();
    List<PtxVariable> results = lexer.is("(") ? parameters() : List.of();
    String name = lexer.take();
    List<PtxVariable> parameters = lexer.is("(") ? parameters() : List.of();
    int mostThreads = 0;
    while (!lexer.is("{") && !lexer.is(";")) {
      if (lexer.token().isEmpty()) {
        throw lexer.error(Text.of("expected the body of %s, got the end of the file", name));
      }
      if (lexer.take().equals(".maxntid")) {
        mostThreads = product();
      } // .minnctapersm 2 and the like limit the compiler only
    }
    if (lexer.skip(";")) {
      return; // announced here, defined elsewhere
    }
    PtxBody body = new PtxBody(lexer);
    functions.put(name, body.read(name, entry, mostThreads, line, results, parameters));
  }

  /** The threads of 256, 1, 1; sizes that are left out are 1. */
  private int product() {
    int product = Integer.parseInt(lexer.take());
    while (lexer.skip(",")) {
      product *= Integer.parseInt(lexer.take());
    }
    return product;
  }

  private List<PtxVariable> parameters() {
    List<PtxVariable> found = new ArrayList<>();
    lexer.expect("(");
    while (!lexer.skip(")")) {
      lexer.expect(".param");
      found.add(PtxDeclarations.variable(lexer, "param", name -> name));
      lexer.skip(",");
    }
    return List.copyOf(found);
  }
}
