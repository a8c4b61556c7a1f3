package brume.cuda.library;

import static brume.cuda.library.JCudnn.check;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardData;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionBackwardFilter;
import static jcuda.jcudnn.JCudnn.cudnnConvolutionForward;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardAlgorithm_v7;
import static jcuda.jcudnn.JCudnn.cudnnGetConvolutionForwardWorkspaceSize;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jcuda.Pointer;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgo;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnHandle;

/**
 * The calls of cuDNN for each pass. Of its algorithms only those are taken that multiply plainly and
 * add in a fixed order: Winograd's and Fourier's lose digits, the others use atomics. Whether they
 * multiply in TF32 is not theirs to choose, but said in the descriptor of the convolution.
 */
enum JCudnnPass {
  FORWARD {
    @Override
    IntStream ranking(cudnnHandle handle, JCudnnDescriptors d) {
      var found = new cudnnConvolutionFwdAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionFwdAlgoPerf());
      int[] count = new int[1];
      check(
          "cudnnGetConvolutionForwardAlgorithm_v7",
          cudnnGetConvolutionForwardAlgorithm_v7(
              handle, d.x, d.w, d.convolution, d.y, MOST, count, found));
      return Stream.of(found)
          .limit(count[0])
          .filter(each -> each.status == 0)
          .mapToInt(each -> each.algo)
          .filter(Set.of(
              cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM,
              cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
              cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM)::contains);
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionForwardWorkspaceSize(
          handle, d.x, d.w, d.convolution, d.y, algorithm, bytes);
    }

    @Override
    void run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer x,
        Pointer w,
        Pointer y,
        Pointer workspace,
        long bytes) {
      check(
          "cudnnConvolutionForward",
          cudnnConvolutionForward(
              handle,
              Pointer.to(ONE),
              d.x,
              x,
              d.w,
              w,
              d.convolution,
              algorithm,
              workspace,
              bytes,
              Pointer.to(ZERO),
              d.y,
              y));
    }
  },

  INPUT_GRADIENT {
    @Override
    IntStream ranking(cudnnHandle handle, JCudnnDescriptors d) {
      var found = new cudnnConvolutionBwdDataAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionBwdDataAlgoPerf());
      int[] count = new int[1];
      check(
          "cudnnGetConvolutionBackwardDataAlgorithm_v7",
          cudnnGetConvolutionBackwardDataAlgorithm_v7(
              handle, d.w, d.y, d.convolution, d.x, MOST, count, found));
      return Stream.of(found)
          .limit(count[0])
          .filter(each -> each.status == 0)
          .mapToInt(each -> each.algo)
          .filter(each -> each == cudnnConvolutionBwdDataAlgo.CUDNN_CONVOLUTION_BWD_DATA_ALGO_1);
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionBackwardDataWorkspaceSize(
          handle, d.w, d.y, d.convolution, d.x, algorithm, bytes);
    }

    @Override
    void run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer w,
        Pointer dy,
        Pointer dx,
        Pointer workspace,
        long bytes) {
      check(
          "cudnnConvolutionBackwardData",
          cudnnConvolutionBackwardData(
              handle,
              Pointer.to(ONE),
              d.w,
              w,
              d.y,
              dy,
              d.convolution,
              algorithm,
              workspace,
              bytes,
              Pointer.to(ZERO),
              d.x,
              dx));
    }
  },

  FILTER_GRADIENT {
    @Override
    IntStream ranking(cudnnHandle handle, JCudnnDescriptors d) {
      var found = new cudnnConvolutionBwdFilterAlgoPerf[MOST];
      Arrays.setAll(found, i -> new cudnnConvolutionBwdFilterAlgoPerf());
      int[] count = new int[1];
      check(
          "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
          cudnnGetConvolutionBackwardFilterAlgorithm_v7(
              handle, d.x, d.y, d.convolution, d.w, MOST, count, found));
      return Stream.of(found)
          .limit(count[0])
          .filter(each -> each.status == 0)
          .mapToInt(each -> each.algo)
          .filter(
              each -> each == cudnnConvolutionBwdFilterAlgo.CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1);
    }

    @Override
    int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes) {
      return cudnnGetConvolutionBackwardFilterWorkspaceSize(
          handle, d.x, d.y, d.convolution, d.w, algorithm, bytes);
    }

    @Override
    void run(
        cudnnHandle handle,
        JCudnnDescriptors d,
        int algorithm,
        Pointer x,
        Pointer dy,
        Pointer dw,
        Pointer workspace,
        long bytes) {
      check(
          "cudnnConvolutionBackwardFilter",
          cudnnConvolutionBackwardFilter(
              handle,
              Pointer.to(ONE),
              d.x,
              x,
              d.y,
              dy,
              d.convolution,
              algorithm,
              workspace,
              bytes,
              Pointer.to(ZERO),
              d.w,
              dw));
    }
  };

  private static final int MOST = 16; // algorithms of a pass, in all kinds of arithmetic
  private static final float[] ONE = {1};
  private static final float[] ZERO = {0};

  static JCudnnPass of(Dnn.Pass pass) {
    return switch (pass) {
      case FORWARD -> FORWARD;
      case INPUT_GRADIENT -> INPUT_GRADIENT;
      case FILTER_GRADIENT -> FILTER_GRADIENT;
    };
  }

  /** The exact algorithms that can compute the convolution, the fastest first, as cuDNN guesses. */
  abstract IntStream ranking(cudnnHandle handle, JCudnnDescriptors d);

  /** Asks how many bytes an algorithm needs; the status is not 0 if it cannot do it after all. */
  abstract int workspace(cudnnHandle handle, JCudnnDescriptors d, int algorithm, long[] bytes);

  abstract void run(
      cudnnHandle handle,
      JCudnnDescriptors d,
      int algorithm,
      Pointer first,
      Pointer second,
      Pointer result,
      Pointer workspace,
      long bytes);
}
