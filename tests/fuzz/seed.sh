#!/bin/sh
# Fills the corpora of the fuzz targets from what the project has: policies, the bundles and events of the corpus, images.
set -eu
cd "$(dirname "$0")"
for target in parse format compile event image; do mkdir -p "corpus/$target"; done
number=0
find ../../policies ../../docs -name '*.reach' | sort | while read -r file; do
  number=$((number + 1))
  for target in parse format compile; do cp "$file" "corpus/$target/policy_$number"; done
  reach="${REACH:-../../target/debug/reach}"
  if [ -x "$reach" ]; then "$reach" policy build "$file" -o "corpus/image/policy_$number" >/dev/null 2>&1 || true; fi
done
for file in ../corpus/*.yaml; do
  name=$(basename "$file" .yaml)
  sed -n '/^bundle: |/,/^cases:/p' "$file" | sed -e '1d' -e '$d' -e 's/^  //' > "corpus/compile/$name"
  cp "corpus/compile/$name" "corpus/parse/$name"
  cp "corpus/compile/$name" "corpus/format/$name"
  sed -n "s/^      - event: '\(.*\)'\$/\1/p" "$file" | awk -v base="corpus/event/$name" '{ print > (base "_" NR) }'
done
