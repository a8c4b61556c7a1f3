#!/usr/bin/env bash
# Builds stand-ins for NVIDIA's libraries, for tests without a GPU: build.sh FOLDER [CUBLAS], where CUBLAS is
# the version of cuBLAS that JCuda's libraries ask for, 12 unless told (13 in a folder packed for CUDA 13).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 cublas=libcublas.so.${2:-12}
mkdir -p "$out"

library() { # PART NAME MORE...
  "${CC:-cc}" -D"$1" -std=gnu11 -O1 -Wall -Wextra -fPIC -shared -Wl,-soname,"$2" \
    -o "$out/$2" "$here/cuda_stub.c" "${@:3}"
}
versioned() { # the symbols of cuBLAS and cuDNN carry their library's name
  echo "$2 { global: *; };" > "$out/$2.map"
  library "$1" "$2" -Wl,--version-script="$out/$2.map" "$out/libcuda.so.1"
  rm "$out/$2.map"
}
library CUDA libcuda.so.1
versioned CUBLAS "$cublas"
versioned CUDNN libcudnn.so.9
