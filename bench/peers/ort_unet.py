#!/usr/bin/env python3
"""A peer of sampling: the network of torch_unet.py, exported to ONNX and run by ONNX Runtime on the CPU.

All optimizations of graphs are on, sizes and weights are constants of the graph, and input and output stay where they are
from step to step. There is no training, so that its figures are null.

  pip install torch onnx onnxscript onnxruntime
  python ort_unet.py --dim 32 --mults 1,2,4 --size 28 --channels 1 --batch 32 --threads 2 --tuned [--model FILE]

--model keeps the network in FILE, and takes it from there the next time: exporting takes half a minute, and more memory
than running, so that memory is told only of a network taken from a FILE.
"""
import logging, os, tempfile, warnings
import peers

OPTIONS = peers.options(__doc__)
OPTIONS.add_argument("--model", metavar="FILE", help="the exported network")
if __name__ == "__main__": peers.tune()
import numpy as np
import onnxruntime


def export(model, x, t, file):
    """Writes a Unet of torch_unet.py for inputs like x and t."""
    import torch
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(model.eval(), (torch.tensor(x), torch.tensor(t)), file + ".part", input_names=["x", "t"], output_names=["noise"],
                          dynamo=True, external_data=False, verbose=False)
    os.replace(file + ".part", file)


def session(file, threads, x, t):
    """What predicts the noise in x at times t, into the same memory each time."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.log_severity_level = 3
    run = onnxruntime.InferenceSession(file, settings, providers=["CPUExecutionProvider"])
    kept, binding = [onnxruntime.OrtValue.ortvalue_from_numpy(v) for v in (x, t, np.zeros_like(x))], run.io_binding()
    binding.bind_ortvalue_input("x", kept[0]); binding.bind_ortvalue_input("t", kept[1]); binding.bind_ortvalue_output("noise", kept[2])

    def predict():
        run.run_with_iobinding(binding)
        return kept[2]
    return predict


def main():
    a, base = OPTIONS.parse_args(), peers.resident_mib()
    x = np.random.default_rng(1).uniform(-1, 1, (a.batch, a.channels, a.size, a.size)).astype(np.float32)
    t = np.full((a.batch,), 500, np.int64)
    with tempfile.TemporaryDirectory() as folder:
        file = a.model or os.path.join(folder, "unet.onnx")
        found = os.path.exists(file)
        if not found:
            from torch_unet import Unet
            export(Unet(a.dim, peers.multiples(a), a.channels), x, t, file)
        predict = session(file, peers.cores(a), x, t)
    memory = peers.resident_mib if found else lambda: None
    peers.report(f"onnxruntime {onnxruntime.__version__}", a, None, base, None, predict, memory, compile=True)


if __name__ == "__main__":
    main()
