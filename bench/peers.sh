# The peers of compare.sh: which there are, which can run here, and which have fallen behind. To be sourced, with
# $home, $python, $results and $threads set, after recording.sh.

# Name, script of bench/peers, its options for training and for sampling (- where there is none of it), and what it imports.
peers=(
  "PyTorch;torch_unet;;;torch"
  "PyTorch, channels last;torch_unet;--channels-last;--channels-last;torch"
  "PyTorch, tuned;torch_unet;--tuned;--tuned;torch"
  "PyTorch, tuned, channels last;torch_unet;--tuned --channels-last;--tuned --channels-last;torch"
  "PyTorch, compiled;torch_unet;--tuned --compile;--tuned --compile --freeze;torch"
  "PyTorch, compiled, channels last;torch_unet;--tuned --compile --channels-last;--tuned --compile --channels-last;torch"
  "JAX;jax_unet;--tuned;--tuned;jax"
  "ONNX Runtime;ort_unet;-;--tuned;onnxruntime onnx onnxscript torch"
)

# Leaves in $peers those that $PEERS finds and that can run; says of each other one why not, and what to install.
need_peers() {
  local peer name script training sampling modules missing all=("${peers[@]}") wanted=0
  peers=()
  for peer in "${all[@]}"; do
    IFS=';' read -r name script training sampling modules <<< "$peer"
    [[ $name =~ ${PEERS:-.} ]] || continue
    wanted=1
    # shellcheck disable=SC2086  # the modules are words
    missing=$("$python" -c 'import sys, importlib.util as u
print(*[m for m in sys.argv[1:] if not u.find_spec(m)])' $modules 2> /dev/null) ||
      fail "expected a Python, $python is none; set PYTHON"
    if [ -n "$missing" ]; then
      leave_out "$name" "$python has no ${missing// / and no }; $python -m pip install $missing"
    elif [[ $training == *--compile* ]] && ! command -v g++ clang++ > /dev/null; then
      leave_out "$name" "torch.compile needs a C++ compiler; apt-get install g++"
    else
      peers+=("$peer")
    fi
  done
  [ "$wanted" = 1 ] ||
    fail "expected PEERS to find a peer, $PEERS finds none of these:"$'\n'"$(printf '%s\n' "${all[@]%%;*}")"
  [ ${#peers[@]} -gt 0 ] || fail "expected a peer that can run, found none"
  [[ ${peers[*]} != *--tuned* ]] || (cd "$home/bench/peers" && "$python" -c 'import peers, sys
sys.exit(not peers.jemalloc())') ||
    echo "compare: no jemalloc: tuned peers have glibc's malloc, told to keep memory; apt-get install" \
      "libjemalloc2, or set JEMALLOC to where the library is" >&2
}

leave_out() {
  echo "compare: $1 is left out: $2" >&2
}

# What takes minutes to make and is kept: networks exported, and what compilers wrote.
made=$home/bench/target/peers

# What is not to be measured: |PEER;WORK SHAPE| of each.
behind="|"

# Has a peer work: on_peer COMMAND PEER WORK SHAPE OPTIONS... COMMAND is try_record or make_once; where it fails, the peer is
# left out from then on.
on_peer() {
  local name script training sampling modules own
  local -x TORCHINDUCTOR_CACHE_DIR=$made/torch JAX_COMPILATION_CACHE_DIR=$made/jax
  IFS=';' read -r name script training sampling modules <<< "$2"
  own=$training
  [ "$3" = training ] || own=$sampling
  [ "$own" != - ] && [[ $behind != *"|$name;$3 $4|"* ]] || return 0
  [ "$script" != ort_unet ] || own+=" --model $made/${4// /-}.onnx"
  # shellcheck disable=SC2086  # the options are words
  "$1" "$name" "$3" "$4" peer "$script" "${@:5}" $own || {
    leave_out "$name" "$3 $4: $(tail -n 1 "$log")"
    behind+="$name;$3 $4|"
  }
}

# Has a peer that compiles or exports do so, unless it has: make_once NAME WORK SHAPE peer SCRIPT OPTIONS...
make_once() {
  local mark
  [[ $5 != torch_unet || " $* " == *" --compile "* ]] || return 0
  mark=$made/$(tr -c 'A-Za-z0-9,\n' - <<< "$1 $2 $3").made
  [ ! -e "$mark" ] || return 0
  echo "making, once: $1, $2 $3" >&2
  "${@:4}" > /dev/null 2> "$log" || return 1
  touch "$mark"
}

# Peers that earlier rounds say did less than $prune of the best.
fallen_behind() {
  [ "$prune" = 0 ] || [ "$round" = 1 ] || "$home/bench/jmh.sh" --behind "$results" "$prune" | tr '\n' '|'
}
