#!/usr/bin/env bash
# Measures Brume beside PyTorch: the same U-Net, the same machine, alternated in one run.
#
#   PYTHON=~/peer/bin/python bench/compare.sh [rounds]
#
# needs a Python with torch and numpy (pip install torch numpy). A round runs Brume, PyTorch and
# PyTorch with channels last once for each shape; the table has the medians over rounds, their
# smallest and largest value, and the ratio of Brume to the better of the two PyTorch layouts.
set -euo pipefail

rounds=${1:-3}
home=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
threads=${THREADS:-$(nproc)}
results=$(mktemp)
trap 'rm -f "$results"' EXIT

"$python" -c 'import torch' 2> /dev/null ||
  { echo "compare: expected a Python with PyTorch, $python has none; set PYTHON" >&2; exit 1; }

shapes=("--dim 32 --mults 1,2,4 --batch 32" "--dim 16 --mults 1,2,4 --batch 64")
for round in $(seq "$rounds"); do
  for shape in "${shapes[@]}"; do
    echo "round $round of $rounds: $shape" >&2
    # shellcheck disable=SC2086  # the shape is words
    {
      printf 'brume\t%s\t' "$shape"
      "$home/brume" bench step $shape --size 28 --channels 1 --threads "$threads" --json 2> /dev/null
      printf 'torch\t%s\t' "$shape"
      "$python" "$home/bench/peers/torch_unet.py" $shape --size 28 --channels 1 --threads "$threads"
      printf 'torch channels last\t%s\t' "$shape"
      "$python" "$home/bench/peers/torch_unet.py" $shape --size 28 --channels 1 --threads "$threads" \
        --channels-last
    } >> "$results"
  done
done

"$python" - "$results" << 'TABLE'
import collections, json, statistics, sys

runs = collections.defaultdict(lambda: collections.defaultdict(list))
for line in open(sys.argv[1]):
    engine, shape, figures = line.rstrip("\n").split("\t")
    figures = json.loads(figures)
    runs[shape]["training", engine].append(figures["train_images_per_s"])
    runs[shape]["sampling", engine].append(figures["batch"] / figures["forward_s"])

def cell(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"

print("| step | shape | Brume, images/s | PyTorch | PyTorch, channels last | ratio |")
print("| --- | --- | --- | --- | --- | --- |")
for shape, figures in runs.items():
    for step in ("training", "sampling"):
        ours, nchw, nhwc = (figures[step, e] for e in ("brume", "torch", "torch channels last"))
        best = max(statistics.median(nchw), statistics.median(nhwc))
        ratio = statistics.median(ours) / best
        print(f"| {step} | {shape.replace('--', '')} | {cell(ours)} | {cell(nchw)} | {cell(nhwc)} | {ratio:.2f} |")
TABLE
