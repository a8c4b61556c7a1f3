package brume.tensor.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.HeapStorage;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeptWeightsTest {

  private static final int LENGTH = 5;

  private final Scope scope = Scope.open();
  private final KeptWeights kept = new KeptWeights(100);
  private final Tensor w = Tensor.of(Backends.cpu(), Shape.of(2), 3, 4);
  private int made;

  @AfterEach
  void close() {
    scope.close();
  }

  private float[] ask(Tensor weights, Object form) {
    return kept.get(weights, form, LENGTH, into -> {
      made++;
      into[0] = HeapStorage.floats(weights)[0];
    });
  }

  /** Asks as often as it takes until something is kept. */
  private float[] askOften(Tensor weights, Object form) {
    for (int i = 0; i < 4; i++) {
      assertNull(ask(weights, form), "reading " + i);
    }
    return ask(weights, form);
  }

  @Test
  void weightsThatStayAreKeptFromTheFifthReadingOn() {
    float[] first = askOften(w, "form");
    assertEquals(3, first[0]);
    assertSame(first, ask(w, "form"));
    assertEquals(1, made);
    assertEquals(4 * LENGTH, kept.bytes());
  }

  @Test
  void whatIsWrittenToIsMadeAnew() {
    askOften(w, "form");
    HeapStorage.writableFloats(w)[0] = 7;
    assertEquals(7, askOften(w, "form")[0]);
  }

  @Test
  void aViewReadsTheSameWeightsAndItsWritesCount() {
    float[] first = askOften(w, "form");
    Tensor view = w.reshape(Shape.of(1, 2));
    assertSame(first, ask(view, "form"));
    HeapStorage.writableFloats(view);
    assertNull(ask(w, "form"));
  }

  @Test
  void weightsThatChangeBetweenReadingsAreNeverKept() {
    for (int i = 0; i < 20; i++) {
      HeapStorage.writableFloats(w);
      assertNull(ask(w, "form"));
      assertNull(ask(w, "form"));
    }
    assertEquals(0, kept.bytes());
  }

  @Test
  void anotherFormTakesThePlaceOfTheFirst() {
    askOften(w, "form");
    assertNotNull(askOften(w, "other"));
    assertEquals(4 * LENGTH, kept.bytes());
  }

  @Test
  void noMoreIsKeptThanAllowed() {
    for (int i = 0; i < 5; i++) {
      askOften(w.like(), "form");
    }
    assertNull(askOften(w, "form"));
    assertEquals(100, kept.bytes());
  }

  @Test
  void freedWeightsAreForgotten() {
    askOften(w, "form");
    kept.forget(HeapStorage.floats(w));
    assertEquals(0, kept.bytes());
    assertNull(ask(w, "form"));
  }

  @Test
  void whatCouldNotBeMadeIsNotKept() {
    for (int i = 0; i < 4; i++) {
      assertNull(ask(w, "form"));
    }
    assertThrows(
        IllegalStateException.class,
        () -> kept.get(w, "form", LENGTH, into -> {
          throw new IllegalStateException();
        }));
    assertEquals(0, kept.bytes());
    assertEquals(3, ask(w, "form")[0]);
  }

  @Test
  void whatNobodyAsksForAnymoreGoes() {
    askOften(w, "form");
    Tensor others = w.like();
    for (int i = 0; i < 10_000; i++) {
      HeapStorage.writableFloats(others);
      ask(others, "form");
    }
    assertEquals(0, kept.bytes());
  }
}
