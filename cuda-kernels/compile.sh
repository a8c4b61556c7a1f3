#!/usr/bin/env bash
# Compiles the kernels: src/main/cuda/*.cu to src/main/resources/brume/cuda/*.ptx, which are checked in,
# so that only who changes a kernel needs nvcc (CUDA 11 or newer).
#
#   ./compile.sh              all files whose sources have changed
#   ./compile.sh --all        all files
#   ./compile.sh elementwise  these files
#
# The first line of each result is the SHA-256 of its source and of the headers that this one includes, in
# the order in which they are first named; PtxFreshnessTest computes it again. PTX for compute_80 runs on
# every later GPU, and of version 7.0 on every driver since CUDA 11.0; nvcc writes the version of its own
# release, so that line is lowered.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/src/main/cuda"
out=../resources/brume/cuda
mkdir -p "$out"

# The source and its headers, each once, a header after the file that first names it.
sources() {
  local seen=("$1") next=0 header
  while [ "$next" -lt "${#seen[@]}" ]; do
    while read -r header; do
      [[ " ${seen[*]} " == *" $header "* ]] || seen+=("$header")
    done < <(sed -n 's/^#include "\(.*\)"$/\1/p' "${seen[$next]}")
    next=$((next + 1))
  done
  echo "${seen[@]}"
}

all=false
[ "${1:-}" = --all ] && all=true && shift
names=("$@")
[ "${#names[@]}" -gt 0 ] || names=(*.cu)

for name in "${names[@]}"; do
  name=${name%.cu}
  # shellcheck disable=SC2046  # the names are words
  stamp="// sha256 of sources: $(cat $(sources "$name.cu") | sha256sum | cut -d ' ' -f 1)"
  ptx=$out/$name.ptx
  if ! $all && [ -e "$ptx" ] && [ "$(head -n 1 "$ptx")" = "$stamp" ]; then
    continue
  fi
  echo "compiling $name.cu"
  fresh=$(mktemp)
  nvcc -O3 -ptx -arch=compute_80 -o "$fresh" "$name.cu"
  # What nvcc says about itself changes with its release, not with the kernels.
  { echo "$stamp"; sed -e 's/^\.version .*/.version 7.0/' -e '/^\/\//d' "$fresh" | cat -s; } > "$ptx"
  rm "$fresh"
done
