#!/usr/bin/env bash
# Measures Brume's kernels beside PyTorch's: convolutions with both gradients, normalizations,
# attention, matrix products, Adam and random numbers at the shapes of a U-Net, alternated.
#
#   PYTHON=~/peer/bin/python bench/compare-ops.sh [-o FILE] [ROUNDS [FILTER]]
#   bench/compare-ops.sh --table FILE
#
# needs a Python with torch and numpy (pip install torch numpy). Every one of the ROUNDS, 1 unless told,
# measures the roofline and Brume's benchmarks with JMH, and then the same work with PyTorch in both
# memory layouts. FILTER is a regular expression that finds benchmarks: 'ConvolutionBench.filterGrad'
# or 'Attention|Optimizer'. What was measured is added to FILE, line by line, as further rounds if it
# has some, and --table prints the table of such a file again.
#
# A kernel's rate is that of its definition, in GFLOP/s, or, where arithmetic is not what counts, the
# bytes it has to read and write, in GB/s; the percentage is that of min(peak, intensity * bandwidth).
#
#   THREADS             one per core unless told
#   JDKS                folders of JDKs to run Brume on, with blanks between; java's own unless told
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
threads=${THREADS:-0}
# shellcheck source=bench/recording.sh
. "$home/bench/recording.sh"

results=$home/bench/target/compare-ops-$(date +%Y%m%d-%H%M%S).jsonl
case ${1:-} in
  --table) tables "${2:?expected a file after --table}"; exit ;;
  -o) results=${2:?expected a file after -o}; shift 2 ;;
esac
rounds=${1:-1}
filter=${2:-.}
need_torch
prepare

for round in $(seq $((last + 1)) $((last + rounds))); do
  echo "round $round: roofline" >&2
  record_brume kernels "" "$home/bench/jmh.sh" --lines Roofline
  echo "round $round: Brume" >&2
  record_brume kernels "" "$home/bench/jmh.sh" --lines "$filter" -e 'Roofline|UNetStep' \
    -p "threads=$threads" -wi 3 -w 300ms -i 3 -r 300ms
  asked=$(cat "$output")
  echo "round $round: PyTorch" >&2
  record "PyTorch" kernels "" peer torch_ops --seconds 0.9 <<< "$asked"
  record "PyTorch, channels last" kernels "" peer torch_ops --seconds 0.9 --channels-last <<< "$asked"
done
echo "figures: $results" >&2
tables "$results"
