#!/usr/bin/env bash
# Measures Brume beside the strongest peers that are installed: steps of the same U-Nets, and products of
# the same matrices, on the same machine, alternated.
#
#   PYTHON=~/peer/bin/python bench/compare.sh [-o FILE] [--prune PART] [ROUNDS [FILTER]]
#   bench/compare.sh --table FILE
#
# needs a Python with torch and numpy, and takes what else there is of
#   pip install torch numpy jax jaxlib onnx onnxscript onnxruntime
#   apt-get install libjemalloc2 g++
# Peers are PyTorch as it comes, with channels last, tuned (jemalloc keeps freed memory, Adam is fused),
# both, and compiled with torch.compile in both layouts; JAX, tuned too; and for sampling ONNX Runtime.
# One that cannot run is left out with a line that says why and what to install.
# python bench/peers/check_peers.py checks that all of them compute the same.
#
# In every one of the ROUNDS, 3 unless told, each engine does each piece of work once, in a process of
# its own, and the order is turned by one. Tables have medians over rounds, smallest and largest values in
# parentheses, and ratios to the peer with the best median, round by round. What was measured is added to
# FILE, line by line, as further rounds if it has some, and --table prints the tables of such a file again.
# With --prune 0.6, peers that did less than 0.6 of the best in earlier rounds rest in later ones.
#
# FILTER is a regular expression: only work that it finds is done, for example 'training dim 32',
# 'sampling.*batch 1$' or 'products'.
#
# Memory is the largest resident set of a process that does nothing but training steps, engine and
# runtime included, as the system counts it; of a compiled peer with its compiler.
#
# What ONNX Runtime and torch.compile need minutes to make once is kept in bench/target/peers, and made
# before the first round if it is not there. ROUNDS of 0 do only that.
#
#   PEERS               a regular expression: only peers that it finds, 'tuned|JAX' for example
#   THREADS             of the steps; one per core unless told. Products are measured on 1 and on 2
#   JDKS                folders of JDKs to run Brume on, with blanks between; the launcher's unless told
#   BRUME_JAVA_OPTIONS  further flags for the JVM
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
threads=${THREADS:-$(nproc)}
# shellcheck source=bench/recording.sh
. "$home/bench/recording.sh"
# shellcheck source=bench/peers.sh
. "$home/bench/peers.sh"

results=$home/bench/target/compare-$(date +%Y%m%d-%H%M%S).jsonl
prune=0
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) explain; exit ;;
    --table) tables "${2:-}"; exit ;;
    -o) results=${2:-}; [ -n "$results" ] || fail "-o: expected a file, got none"; shift 2 ;;
    --prune)
      prune=${2:-}
      [[ $prune =~ ^0?\.[0-9]+$ ]] || fail "--prune: expected a part such as 0.6, got ${prune:-none}"
      shift 2
      ;;
    *) break ;;
  esac
done
rounds=${1:-3}
filter=${2:-.}
need_rounds 0
need_torch
need_peers
prepare

small="--dim 32 --mults 1,2,4 --size 28 --channels 1"
narrow="--dim 16 --mults 1,2,4 --size 28 --channels 1"
large="--dim 64 --mults 1,2,4,8 --size 32 --channels 3"
even="--dim 48 --mults 1,2,2 --size 32 --channels 3"
wide="--dim 128 --mults 1,2,2,2 --size 32 --channels 3"
fine="--dim 32 --mults 1,2,4,8 --size 64 --channels 3"
single="--dim 64 --mults 1,2,4,8 --size 64 --channels 3"
# What to do, the options all engines know, steps, and steps before for Brume's compiler and for peers' allocators. The
# compiler has most of its work behind it after twenty seconds.
steps=(
  "training;$small --batch 32;9;60;5"
  "training;$narrow --batch 64;9;60;5"
  "training;$large --batch 16;6;30;3"
  "training;$even --batch 24;6;45;4"
  "training;$fine --batch 8;6;40;4"
  "training;$wide --batch 8;6;30;3"
  "training;$single --batch 1;15;80;5"
  "sampling;$small --batch 64;5;150;5"
  "sampling;$narrow --batch 64;5;250;5"
  "sampling;$large --batch 64;3;40;3"
  "sampling;$fine --batch 8;7;150;5"
  "sampling;$small --batch 1;60;4000;10"
  "sampling;$narrow --batch 1;60;8000;10"
  "sampling;$large --batch 1;40;1000;5"
  "sampling;$single --batch 1;15;400;5"
)
products="1x512x512x512xNN,1x1024x1024x1024xNN,1x2048x2048x2048xNN"

# Does each piece of work that FILTER finds: each_step COMMAND, which
# gets WORK, OPTIONS, STEPS, BEFORE and PEERS_BEFORE.
each_step() {
  local step work options count before peer_before
  for step in "${steps[@]}"; do
    IFS=';' read -r work options count before peer_before <<< "$step"
    [[ "$work ${options//--/}" =~ $filter ]] || continue
    "$1" "$work" "$options" "$count" "$before" "$peer_before"
  done
}

# Makes what peers keep for later.
make_step() {
  local peer
  for peer in "${peers[@]}"; do
    # shellcheck disable=SC2086  # the options are words
    on_peer make_once "$peer" "$1" "${2//--/}" $2 --measure "$1" --threads "$threads" --steps 1 --warmup 0
  done
}

# Has every engine do it once, another one first in each round.
measure_step() {
  local work=$1 shape=${2//--/} engines=("${javas[@]}" "${peers[@]}") options i engine
  echo "round $round: $work $shape" >&2
  # shellcheck disable=SC2206  # the options are words
  options=($2 --measure "$1" --threads "$threads" --steps "$3")
  for i in "${!engines[@]}"; do
    engine=${engines[(i + round - 1) % ${#engines[@]}]}
    if [[ $engine == *";"* ]]; then
      on_peer try_record "$engine" "$work" "$shape" "${options[@]}" --warmup "$5"
    else
      record_brume_on "$engine" "$work" "$shape" "$home/brume" bench step "${options[@]}" --warmup "$4" --json
    fi
  done
}

mkdir -p "$made"
each_step make_step
for round in $(seq $((last + 1)) $((last + rounds))); do
  record_machine
  behind+=$(fallen_behind)
  each_step measure_step
  if [[ products =~ $filter ]]; then
    echo "round $round: products" >&2
    record_brume kernels "" "$home/bench/jmh.sh" --lines 'Roofline.fma[A-Z]'
    record_brume kernels "" "$home/bench/jmh.sh" --lines MatmulBench \
      -p "shape=$products" -p threads=1,2 -wi 4 -w 1s -i 3 -r 500ms
    asked=$(cat "$output")
    record "PyTorch" kernels "" peer torch_ops <<< "$asked"
  fi
done
[ "$rounds" -gt 0 ] || exit 0
echo "figures: $results" >&2
tables "$results"
