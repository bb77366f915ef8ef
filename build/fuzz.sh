#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other, each for FUZZTIME (60s). What a target finds is written by
# go test into its package's testdata/fuzz and belongs in the commit that mends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzztime=${FUZZTIME:-60s}
targets=0
failed=()

while read -r package folder; do
	# grep -h exits 1 where a package has no fuzz target: that is not a failure.
	names=$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$folder"/*_test.go 2>/dev/null | sed 's/^func //' || true)
	for name in $names; do
		targets=$((targets + 1))
		echo "== $package $name ($fuzztime)"
		CGO_ENABLED=0 go test -run '^$' -fuzz "^$name\$" -fuzztime "$fuzztime" -fuzzminimizetime 10x "$package" || failed+=("$package $name")
	done
done < <(go list -f '{{.ImportPath}} {{.Dir}}' ./...)

echo "$((targets - ${#failed[@]})) passed, ${#failed[@]} failed"
if [ ${#failed[@]} -gt 0 ]; then
	printf 'failed: %s\n' "${failed[@]}" >&2
	exit 1
fi
