#!/usr/bin/env bash
# Prints the home of a JDK 25, or says on stderr where it looked and what would help, and exits 2.
# Two classes of MeshKit use preview API of exactly that version, so an older or newer one will not do.
#
#   find-jdk.sh                    the makefile: a JDK, with bin/javac
#   find-jdk.sh --runtime DIR      the launcher: bin/java suffices; DIR first, PATH last
#
# JDK_ROOT is put before every absolute place; the test of this script uses it.
set -u
shopt -s nullglob
root="${JDK_ROOT:-}"
tool=javac
runtime=""
if [ "${1:-}" = --runtime ]; then
  tool=java
  runtime="${2:-}"
fi
looked=()

# The version in DIR/release, or nothing.
version() {
  local line
  [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case "$line" in JAVA_VERSION=\"*) line="${line#JAVA_VERSION=\"}"; printf '%s' "${line%%\"*}"; return 0 ;; esac
  done < "$1/release"
}

# Prints DIR and ends, if it is a JDK 25; else remembers what it is. $1 what it is called, $2 DIR.
try() {
  local found
  found="$(version "$2")"
  case "$found" in
    25 | 25.* | 25[-+]*)
      if [ -x "$2/bin/$tool" ]; then printf '%s\n' "$2"; exit 0; fi
      looked+=("$1: version $found, but without bin/$tool (a JRE?)") ;;
    "") looked+=("$1: no JDK (no readable file 'release')") ;;
    *) looked+=("$1: version $found") ;;
  esac
}

# Tries every directory that matches; $1 the pattern as people know it, the rest the matches.
try_all() {
  local pattern="$1" dir
  shift
  [ $# -gt 0 ] || looked+=("$pattern: nothing there")
  for dir in "$@"; do try "$dir" "$dir"; done
}

if [ -n "$runtime" ] && [ -d "$runtime" ]; then try "$runtime" "$runtime"; fi
if [ -n "${JAVA_HOME:-}" ]; then try "JAVA_HOME=$JAVA_HOME" "$JAVA_HOME"; else looked+=("JAVA_HOME: not set"); fi
try_all "/usr/lib/jvm/*25*" "$root"/usr/lib/jvm/*25*
try_all "/opt/*25*" "$root"/opt/*25*
try_all "~/.sdkman/candidates/java/25*" "${HOME:-}"/.sdkman/candidates/java/25*
try_all "~/.jdks/*25*" "${HOME:-}"/.jdks/*25*
try_all "/Library/Java/JavaVirtualMachines/*25*" "$root"/Library/Java/JavaVirtualMachines/*25*/Contents/Home
if [ "$tool" = java ]; then
  java="$(command -v java || true)"
  if [ -n "$java" ]; then
    java="$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")"
    try "PATH ($java)" "${java%/bin/java}"
  else
    looked+=("PATH: no java")
  fi
fi

{
  echo "error MK-NODE-001: MeshKit needs a JDK 25, and there is none in:"
  printf '  %s\n' "${looked[@]}"
  echo "fix: install one (https://adoptium.net/temurin/releases/?version=25, or apt install temurin-25-jdk), or name it:"
  if [ "$tool" = javac ]; then echo "  make JAVA_HOME=/path/to/jdk-25 ..."; else echo "  JAVA_HOME=/path/to/jdk-25 $0 ..."; fi
} >&2
exit 2
