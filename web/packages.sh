#!/usr/bin/env bash
# Installs the packages of package-lock.json, when they are not those that are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
sum=$(sha256sum package.json package-lock.json | sha256sum)
if [ "$(cat node_modules/.installed 2>/dev/null)" != "$sum" ]; then
	echo "installing the web application's packages" >&2
	npm ci --no-audit --no-fund --loglevel=error
	echo "$sum" >node_modules/.installed
fi
