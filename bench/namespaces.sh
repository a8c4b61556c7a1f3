#!/usr/bin/env bash
# Runs a command as two ranks of Open MPI that see each other through a network only: in two network
# namespaces of this machine that a pair of virtual devices joins.
#
#   bench/namespaces.sh [--rate RATE] COMMAND...   for example --rate 1gbit ./brume bench ranks --ranks mpi
#
# --rate limits what each of them sends. Needs Linux, iproute2, Open MPI and root. Where namespaces cannot be
# made, it says so and ends with status 3.
set -euo pipefail

fail() {
  echo "namespaces: ${*:2}" >&2
  exit "$1"
}

rate=
case ${1:-} in
  -h | --help | '') sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//p' "$0"; exit ;;
  --rate)
    rate=${2:-}
    [[ $rate =~ ^[0-9]+[kmg]bit$ ]] || fail 1 "--rate: expected a rate such as 1gbit, got ${rate:-none}"
    shift 2
    ;;
esac
[ $# -gt 0 ] || fail 1 "expected a command, got none; -h tells more"
mpirun=$(command -v mpirun.openmpi || command -v mpirun) ||
  fail 3 "expected Open MPI, found no mpirun; apt-get install openmpi-bin"
command -v ip > /dev/null || fail 3 "expected the program ip, found none; apt-get install iproute2"

net=10.213.77
here=brume-$$-1 there=brume-$$-2
agent=$(mktemp)
clean() {
  ip netns del "$here" 2> /dev/null || true
  ip netns del "$there" 2> /dev/null || true # and with them the devices
  rm -f "$agent"
}
trap clean EXIT

{ ip netns add "$here" && ip netns add "$there" &&
  ip link add "br1-$$" netns "$here" type veth peer name "br2-$$" netns "$there"; } 2> "$agent" ||
  fail 3 "expected to make network namespaces, cannot: $(head -n 1 "$agent"); be root where they are allowed"
number=1
for space in "$here" "$there"; do
  ip -n "$space" address add "$net.$number/24" dev "br$number-$$"
  ip -n "$space" link set "br$number-$$" up
  ip -n "$space" link set lo up
  [ -z "$rate" ] || ip netns exec "$space" tc qdisc add dev "br$number-$$" root tbf rate "$rate" burst 256kb latency 50ms
  number=$((number + 1))
done

# What mpirun takes for ssh.
printf '#!/bin/sh\nshift\nexec ip netns exec %s sh -c "$*"\n' "$there" > "$agent"
chmod +x "$agent"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ip netns exec "$here" "$mpirun" --host "$net.1,$net.2" -np 2 --bind-to none --mca plm_rsh_agent "$agent" \
  --mca btl tcp,self --mca btl_tcp_if_include "$net.0/24" --mca oob_tcp_if_include "$net.0/24" "$@"
