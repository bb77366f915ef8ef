#!/usr/bin/env bash
# Builds the web application into web/dist, which the binary embeds. Does nothing when nothing has changed since the last time. Needs Node.js 20
# or later; without it the binary is built without the application, and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
	if [ -n "${CI:-}" ]; then
		echo "build-web: Node.js and npm are needed" >&2
		exit 1
	fi
	echo "build-web: there is no Node.js here, so the binary goes without the web application" >&2
	exit 0
fi

# What the result depends on, names and contents.
sum=$({ node --version && find src public scripts index.html openapi.json package.json package-lock.json tsconfig.json vite.config.ts -type f ! -path 'src/gen/*' -print0 |
	LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -d ' ' -f 1)
if [ "$(cat dist/.built 2>/dev/null)" = "$sum" ]; then
	exit 0
fi

./packages.sh
npm run --silent generate
find dist -mindepth 1 ! -name .gitkeep -delete
npm run --silent build -- --logLevel warn
node scripts/pack.mjs
echo "$sum" >dist/.built
