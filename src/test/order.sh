#!/usr/bin/env bash
# Writes .surefire-order, where Surefire reads how long each test class takes: it begins with the longest, and it takes
# a class of which nothing stands there for one of those. Fails if src/test/longest.txt names a class that is gone.
set -euo pipefail
cd "$(dirname "$0")/../.."
find src/test/java -name '*Test.java' | sed 's|^src/test/java/||; s|/|.|g; s|\.java$||' | sort |
  awk '
    /^#/ { next }
    NR == FNR { weight[$0] = 1000 - NR; next }
    { simple = $0; sub(/.*\./, "", simple); seen[simple]; print "1," weight[simple] + 0 "," $0 ",all" }
    END { for (name in weight) if (!(name in seen)) { print "src/test/longest.txt: no " name > "/dev/stderr"; exit 1 } }
  ' src/test/longest.txt - > .surefire-order
