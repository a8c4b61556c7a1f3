package brume.cuda.library;

import static brume.cuda.library.JCudnn.check;
import static jcuda.jcudnn.JCudnn.cudnnCreateActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnCreateTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyConvolutionDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyFilterDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnDestroyTensorDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetActivationDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolution2dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionGroupCount;
import static jcuda.jcudnn.JCudnn.cudnnSetConvolutionMathType;
import static jcuda.jcudnn.JCudnn.cudnnSetFilter4dDescriptor;
import static jcuda.jcudnn.JCudnn.cudnnSetTensor4dDescriptor;

import brume.cuda.driver.Releases;
import jcuda.jcudnn.cudnnActivationDescriptor;
import jcuda.jcudnn.cudnnActivationMode;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnNanPropagation;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/** What cuDNN is told of a convolution: channels last, single precision, and how to multiply. */
final class JCudnnDescriptors implements AutoCloseable {

  final cudnnTensorDescriptor x = new cudnnTensorDescriptor();
  final cudnnFilterDescriptor w = new cudnnFilterDescriptor();
  final cudnnTensorDescriptor y = new cudnnTensorDescriptor();
  final cudnnConvolutionDescriptor convolution = new cudnnConvolutionDescriptor();
  final cudnnTensorDescriptor bias = new cudnnTensorDescriptor();
  final cudnnActivationDescriptor identity = new cudnnActivationDescriptor();
  private final Releases held;

  static JCudnnDescriptors of(Dnn.Convolution at, CudaMath math) {
    Releases held = new Releases();
    return held.whole(() -> new JCudnnDescriptors(at, math, held));
  }

  private JCudnnDescriptors(Dnn.Convolution at, CudaMath math, Releases held) {
    this.held = held;
    create();
    int format = cudnnTensorFormat.CUDNN_TENSOR_NHWC, type = cudnnDataType.CUDNN_DATA_FLOAT;
    // Sizes come in the order of NCHW whatever the format.
    check(
        "cudnnSetTensor4dDescriptor",
        cudnnSetTensor4dDescriptor(x, format, type, at.n(), at.cin(), at.h(), at.w()));
    check(
        "cudnnSetFilter4dDescriptor",
        cudnnSetFilter4dDescriptor(
            w, type, format, at.cout(), at.cin() / at.groups(), at.kh(), at.kw()));
    check(
        "cudnnSetTensor4dDescriptor",
        cudnnSetTensor4dDescriptor(y, format, type, at.n(), at.cout(), at.oh(), at.ow()));
    check(
        "cudnnSetTensor4dDescriptor",
        cudnnSetTensor4dDescriptor(bias, format, type, 1, at.cout(), 1, 1));
    check(
        "cudnnSetActivationDescriptor",
        cudnnSetActivationDescriptor(
            identity,
            cudnnActivationMode.CUDNN_ACTIVATION_IDENTITY,
            cudnnNanPropagation.CUDNN_PROPAGATE_NAN,
            0));
    check(
        "cudnnSetConvolution2dDescriptor",
        cudnnSetConvolution2dDescriptor(
            convolution,
            at.padH(),
            at.padW(),
            at.strideH(),
            at.strideW(),
            at.dilationH(),
            at.dilationW(),
            cudnnConvolutionMode.CUDNN_CROSS_CORRELATION,
            type));
    check("cudnnSetConvolutionGroupCount", cudnnSetConvolutionGroupCount(convolution, at.groups()));
    int mathType = math == CudaMath.TF32
        ? cudnnMathType.CUDNN_TENSOR_OP_MATH // of floats in TF32, never in half precision
        : cudnnMathType.CUDNN_FMA_MATH;
    check("cudnnSetConvolutionMathType", cudnnSetConvolutionMathType(convolution, mathType));
  }

  private void create() {
    create(x);
    create(y);
    create(bias);
    check("cudnnCreateFilterDescriptor", cudnnCreateFilterDescriptor(w));
    held.add(() -> check("cudnnDestroyFilterDescriptor", cudnnDestroyFilterDescriptor(w)));
    check("cudnnCreateConvolutionDescriptor", cudnnCreateConvolutionDescriptor(convolution));
    held.add(() ->
        check("cudnnDestroyConvolutionDescriptor", cudnnDestroyConvolutionDescriptor(convolution)));
    check("cudnnCreateActivationDescriptor", cudnnCreateActivationDescriptor(identity));
    held.add(() ->
        check("cudnnDestroyActivationDescriptor", cudnnDestroyActivationDescriptor(identity)));
  }

  private void create(cudnnTensorDescriptor tensor) {
    check("cudnnCreateTensorDescriptor", cudnnCreateTensorDescriptor(tensor));
    held.add(() -> check("cudnnDestroyTensorDescriptor", cudnnDestroyTensorDescriptor(tensor)));
  }

  /** What the library was asked for, to be given back by closing or if what follows fails. */
  Releases held() {
    return held;
  }

  @Override
  public void close() {
    held.close();
  }
}
