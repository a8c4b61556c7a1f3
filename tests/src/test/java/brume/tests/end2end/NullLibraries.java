package brume.tests.end2end;

import brume.cuda.library.Blas;
import brume.cuda.library.Dnn;
import java.util.List;

/** Libraries that do nothing, take everything, and count their calls. */
final class NullLibraries {

  private int products;
  private int convolutions;

  /** Calls of cuBLAS since the last {@link #forget}. */
  int products() {
    return products;
  }

  /** Calls of cuDNN since the last {@link #forget}. */
  int convolutions() {
    return convolutions;
  }

  /** Counts from now on. */
  void forget() {
    products = 0;
    convolutions = 0;
  }

  Blas blas() {
    return new Blas() {
      @Override
      public String describe() {
        return "no cuBLAS";
      }

      @Override
      public void multiply(
          Operation ofA,
          Operation ofB,
          int m,
          int n,
          int k,
          float alpha,
          Matrices a,
          Matrices b,
          float beta,
          Matrices c,
          int batch) {
        products++;
      }

      @Override
      public void close() {}
    };
  }

  Dnn dnn() {
    return new Dnn() {
      @Override
      public String describe() {
        return "no cuDNN";
      }

      @Override
      public List<Plan> plans(Pass pass, Convolution at, long mostWorkspace) {
        return List.of(new Plan() {
          @Override
          public String name() {
            return "NOTHING";
          }

          @Override
          public long workspaceBytes() {
            return 0;
          }

          @Override
          public boolean addsBias() {
            return pass == Pass.FORWARD;
          }

          @Override
          public void run(long first, long second, long result, long workspace, Plus plus) {
            convolutions++;
          }
        });
      }

      @Override
      public void close() {}
    };
  }
}
