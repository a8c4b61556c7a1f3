package brume.cuda.emulator;

import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxInstruction;
import brume.cuda.emulator.ptx.PtxProgram;
import brume.cuda.emulator.ptx.PtxType;
import brume.cuda.emulator.ptx.PtxVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the shared variables of a kernel lie: those of fixed size one after the other, then the dynamic
 * ones, all at the same place.
 */
final class SharedLayout {

  private static final int DYNAMIC_ALIGN = 16;

  private final PtxProgram program;
  private final Set<PtxFunction> reached = new LinkedHashSet<>();
  private final Map<String, Place> places = new HashMap<>();
  private int bytes;
  private int cellBytes = 4;

  SharedLayout(PtxProgram program, PtxFunction entry) {
    this.program = program;
    reach(entry);
    List<PtxVariable> dynamic = new ArrayList<>();
    for (PtxFunction function : reached) {
      for (PtxVariable variable : function.variables()) {
        place(key(function, variable.name()), variable, dynamic);
      }
    }
    for (PtxVariable variable : program.variables()) {
      if (isUsed(variable.name())) {
        place(variable.name(), variable, dynamic);
      }
    }
    bytes = aligned(bytes, DYNAMIC_ALIGN);
    for (PtxVariable variable : dynamic) {
      places.put(variable.name(), new Place(Space.SHARED, bytes));
    }
  }

  /** Bytes of fixed size, up to where dynamic shared memory begins. */
  int bytes() {
    return bytes;
  }

  /** The smallest access to shared memory. */
  int cellBytes() {
    return cellBytes;
  }

  /** Adds the shared variables a function sees. */
  void addTo(PtxFunction function, Map<String, Place> into) {
    for (PtxVariable variable : program.variables()) {
      Place place = places.get(variable.name());
      if (place != null) {
        into.put(variable.name(), place);
      }
    }
    for (PtxVariable variable : function.variables()) {
      Place place = places.get(key(function, variable.name()));
      if (place != null) {
        into.put(variable.name(), place);
      }
    }
  }

  private void place(String key, PtxVariable variable, List<PtxVariable> dynamic) {
    if (!variable.space().equals("shared")) {
      return;
    }
    if (variable.bytes() == 0) {
      dynamic.add(variable);
      return;
    }
    bytes = aligned(bytes, variable.align());
    places.put(key, new Place(Space.SHARED, bytes));
    bytes += variable.bytes();
  }

  private void reach(PtxFunction function) {
    if (!reached.add(function)) {
      return;
    }
    for (PtxInstruction instruction : function.body()) {
      noteAccess(instruction.opcode());
      for (Operand operand : instruction.operands()) {
        if (operand instanceof Operand.Name name && program.functions().containsKey(name.name())) {
          reach(program.functions().get(name.name()));
        }
      }
    }
  }

  private void noteAccess(String opcode) {
    boolean access =
        opcode.startsWith("ld") || opcode.startsWith("st") || opcode.startsWith("atom");
    boolean elsewhere = opcode.contains(".global")
        || opcode.contains(".param")
        || opcode.contains(".local")
        || opcode.contains(".const");
    if (access && !elsewhere) {
      PtxType.named(opcode.substring(opcode.lastIndexOf('.') + 1))
          .ifPresent(type -> cellBytes = Math.min(cellBytes, Math.max(1, type.bytes())));
    }
  }

  private boolean isUsed(String variable) {
    return reached.stream()
        .flatMap(function -> function.body().stream())
        .flatMap(instruction -> instruction.operands().stream())
        .anyMatch(operand -> names(operand, variable));
  }

  private static boolean names(Operand operand, String variable) {
    if (operand instanceof Operand.Address address) {
      return names(address.base(), variable);
    }
    return operand instanceof Operand.Name name && name.name().equals(variable);
  }

  private static String key(PtxFunction function, String variable) {
    return function.name() + "/" + variable;
  }

  private static int aligned(int offset, int align) {
    return (offset + align - 1) / align * align;
  }
}
