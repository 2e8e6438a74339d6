#!/usr/bin/env bash
# meshkit: finds a JDK 25 and starts the program that lies beside this script.
set -eu
self="$0"
while [ -h "$self" ]; do # through symlinks, without GNU readlink
  link="$(readlink "$self")"
  case "$link" in /*) self="$link" ;; *) self="$(dirname "$self")/$link" ;; esac
done
home="$(cd "$(dirname "$self")" && pwd -P)"

jdk="$("$home/packaging/find-jdk.sh" --runtime "$home/runtime")" || exit 2

case "${1:-}" in agent) kind=agent ;; *) kind=client ;; esac
options=()
section=all
while IFS= read -r line; do
  case "$line" in
    "" | "#"*) ;;
    "["*"]") section="${line:1:${#line}-2}" ;;
    *) if [ "$section" = all ] || [ "$section" = "$kind" ]; then options+=("$line"); fi ;;
  esac
done < "$home/packaging/jvm.options"

classpath=""
for jar in "$home"/*.jar "$home"/lib/*.jar; do classpath="$classpath${classpath:+:}$jar"; done
if [ -n "${MESHKIT_AOT_OUTPUT:-}" ]; then
  options+=("-XX:AOTCacheOutput=$MESHKIT_AOT_OUTPUT")
elif [ "$kind" = agent ] && [ -r "$home/meshkit.aot" ]; then
  options+=("-XX:AOTCache=$home/meshkit.aot") # one that does not fit is passed over
fi

export MESHKIT_LAUNCHER="$home/$(basename "$self")" # the demo starts its nodes the same way
exec "$jdk/bin/java" "${options[@]}" "-Dlogback.configurationFile=$home/packaging/logback.xml" \
  -cp "$classpath" dev.meshkit.cli.Main "$@"
