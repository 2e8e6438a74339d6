#!/usr/bin/env bash
# Trains the AOT cache: the node that lies beside this directory starts, votes with two others, gossips with them and
# sends them messages for a while, all of it faster than in real life, and the JVM writes down what it loaded and what
# ran hot. An agent with this cache is ready in about half the time; an idle one is done compiling in some twenty
# minutes, where it took an hour: what it does three times a second it did often here (docs/bench/idle-voters.md).
# Client verbs go without: they load so little that mapping the cache costs more than it saves. A failure is no failure
# of the build.
set -u
home="$(cd "$(dirname "$0")/.." && pwd -P)"
work="$(mktemp -d)"
pids=()
voters=train/t1,train/t2,train/t3
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT

cat > "$work/fast.toml" <<'TOML'
[gossip]
interval = "20ms"
probe_interval = "50ms"
[election.region]
profile = "fast"
[election.global]
profile = "fast"
TOML

node() { # NAME, then more options of the agent
  "$home/meshkit" agent --dev --config "$work/fast.toml" --name "$1" --region train --data "$work/data/$1" \
    --listen 127.0.0.1:0 --http 127.0.0.1:0 \
    --region-voters "$voters" --global-voters "$voters" "${@:2}" > "$work/$1.out" 2> "$work/$1.err" &
  pids+=($!)
  for _ in $(seq 300); do
    if grep -qs 'ready in' "$work/$1.out" || ! kill -0 "${pids[-1]}" 2> /dev/null; then break; fi
    sleep 0.1
  done
}

MESHKIT_AOT_OUTPUT="$work/meshkit.aot" node t1
seed="$(grep -o 'mesh [^ ]*:[0-9]*' "$work/t1.out" | cut -d ' ' -f 2)"
node t2 --join "$seed"
node t3 --join "$seed"
for peer in t2 t3 t2 t3; do
  "$home/meshkit" send --data "$work/data/t1" --to "train/$peer" -d hello --wait delivered > /dev/null ||
    echo "the AOT cache is trained without a message to $peer" >&2
done
half=$(((${1:-40} + 1) / 2))
for leader in t2 t1; do # it follows for one half and leads for the other; who leads already declines
  for scope in region/train global; do
    "$home/meshkit" leaders transfer "$scope" --to "$leader" --reason training --data "$work/data/t1" > /dev/null 2>&1
  done
  for _ in $(seq "$half"); do kill -0 "${pids[0]}" 2> /dev/null && sleep 1; done
done
"$home/meshkit" status --data "$work/data/t1" > /dev/null 2>&1
kill "${pids[0]}" 2> /dev/null
wait "${pids[0]}"
if [ -s "$work/meshkit.aot" ]; then
  mv "$work/meshkit.aot" "$home/meshkit.aot"
else
  echo "no AOT cache (the node works without, and starts slower):" >&2
  tail -n 5 "$work"/t1.{out,err} >&2
fi
