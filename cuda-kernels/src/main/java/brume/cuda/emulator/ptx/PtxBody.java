package brume.cuda.emulator.ptx;

import brume.tensor.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the body of one function. Names declared in inner braces get a number to be unique. */
final class PtxBody {

  private final PtxLexer lexer;
  private final Map<String, PtxType> registers = new LinkedHashMap<>();
  private final List<PtxVariable> variables = new ArrayList<>();
  private final List<PtxInstruction> body = new ArrayList<>();
  private final Deque<Map<String, String>> scopes = new ArrayDeque<>();
  private int innerScopes;

  PtxBody(PtxLexer lexer) {
    this.lexer = lexer;
  }

  PtxFunction read(
      String name,
      boolean entry,
      int mostThreads,
      int line,
      List<PtxVariable> results,
      List<PtxVariable> parameters) {
    lexer.expect("{");
    scopes.push(new HashMap<>());
    while (!scopes.isEmpty()) {
      statement();
    }
    return new PtxFunction(
        name,
        entry,
        mostThreads,
        line,
        results,
        parameters,
        Map.copyOf(registers),
        List.copyOf(variables),
        List.copyOf(body));
  }

  private void statement() {
    String token = lexer.token();
    switch (token) {
      case "" -> throw lexer.error("expected '}', got the end of the file");
      case "{" -> {
        lexer.take();
        innerScopes++;
        scopes.push(new HashMap<>());
      }
      case "}" -> {
        lexer.take();
        scopes.pop();
      }
      case ".loc", ".pragma" -> lexer.skipLine();
      case ".reg" -> registers();
      case ".local", ".shared", ".param" -> {
        lexer.take();
        PtxDeclarations.variables(lexer, token.substring(1), this::declare, variables::add);
        lexer.expect(";");
      }
      default -> labelOrInstruction();
    }
  }

  private void registers() {
    lexer.expect(".reg");
    PtxType type = PtxType.named(lexer.token().substring(1))
        .orElseThrow(() -> lexer.error(Text.of("unknown type of register %s", lexer.token())));
    lexer.take();
    do {
      String name = lexer.take();
      if (lexer.skip("<")) {
        long count = lexer.takeInteger();
        lexer.expect(">");
        for (int i = 0; i < count; i++) {
          registers.put(declare(name + i), type);
        }
      } else {
        registers.put(declare(name), type);
      }
    } while (lexer.skip(","));
    lexer.expect(";");
  }

  private void labelOrInstruction() {
    int line = lexer.line();
    int mark = lexer.mark();
    String guard = "";
    boolean negated = false;
    if (lexer.skip("@")) {
      negated = lexer.skip("!");
      guard = resolve(lexer.take());
    }
    String opcode = lexer.take();
    if (lexer.skip(":")) {
      if (lexer.is(PtxInstruction.TARGETS)) {
        lexer.take();
        List<Operand> targets = new ArrayList<>(List.of(new Operand.Name(opcode)));
        targets.addAll(operands(";"));
        add(line, mark, "", false, PtxInstruction.TARGETS, targets);
        return;
      }
      List<Operand> name = List.of(new Operand.Name(opcode));
      body.add(new PtxInstruction(line, opcode + ":", "", false, PtxInstruction.LABEL, name));
      return;
    }
    add(line, mark, guard, negated, opcode, operands(";"));
  }

  private void add(
      int line, int mark, String guard, boolean negated, String opcode, List<Operand> operands) {
    body.add(new PtxInstruction(
        line, lexer.textSince(mark), guard, negated, opcode, List.copyOf(operands)));
  }

  // ---- Operands --------------------------------------------------------------------------------

  private List<Operand> operands(String end) {
    List<Operand> found = new ArrayList<>();
    while (!lexer.skip(end)) {
      found.add(operand());
      if (!lexer.is(end)) {
        lexer.expect(",");
      }
    }
    return found;
  }

  private Operand operand() {
    if (lexer.skip("{")) {
      return new Operand.Group(operands("}"));
    }
    if (lexer.skip("(")) {
      return new Operand.Group(operands(")"));
    }
    if (lexer.skip("!")) {
      return new Operand.Not(operand());
    }
    if (lexer.skip("[")) {
      Operand base = simple();
      long offset = 0;
      while (lexer.is("+") || lexer.is("-")) {
        lexer.skip("+"); // as in +-4; a minus belongs to the number
        offset += lexer.takeInteger();
      }
      lexer.expect("]");
      return new Operand.Address(base, offset);
    }
    Operand first = simple();
    return lexer.skip("|") ? new Operand.Pair(first, simple()) : first;
  }

  private Operand simple() {
    char first = lexer.token().isEmpty() ? ';' : lexer.token().charAt(0);
    if (first == '-' || Character.isDigit(first)) {
      return new Operand.Literal(lexer.takeInteger());
    }
    if (first != '%' && first != '_' && first != '$' && !Character.isLetter(first)) {
      throw lexer.error(Text.of("expected an operand, got '%s'", lexer.token()));
    }
    return new Operand.Name(resolve(lexer.take()));
  }

  // ---- Names -----------------------------------------------------------------------------------

  private String declare(String name) {
    String unique = scopes.size() == 1 ? name : name + "#" + innerScopes;
    scopes.element().put(name, unique);
    return unique;
  }

  private String resolve(String name) {
    for (Map<String, String> scope : scopes) {
      String unique = scope.get(name);
      if (unique != null) {
        return unique;
      }
    }
    return name;
  }
}
