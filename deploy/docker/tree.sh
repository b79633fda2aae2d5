#!/usr/bin/env bash
# Assembles what the image holds, and nothing else: dist, rules, examples and the packages of production.
# Usage: deploy/docker/tree.sh TARGET   (TARGET must not exist)
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: tree.sh TARGET" >&2; exit 3; }
[ ! -e "$1" ] || { echo "tree.sh: $1 is there already" >&2; exit 3; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The compiler lives among the development packages, so it is built apart; an installed tree is used as it is.
cp -r "$root"/{package.json,package-lock.json,tsconfig.json,tsconfig.build.json,src} "$scratch"
if [ -d "$root/node_modules/typescript" ]; then
  ln -s "$(readlink -f "$root/node_modules")" "$scratch/node_modules"
else
  (cd "$scratch" && npm ci --ignore-scripts --no-audit --no-fund) >&2
fi
(cd "$scratch" && node node_modules/typescript/bin/tsc -p tsconfig.build.json)

cp "$root"/{package.json,package-lock.json,LICENSE} "$target"
cp -r "$root/rules" "$root/examples" "$scratch/dist" "$target"
# `prepare` would build once more; better-sqlite3 is the one package whose install script matters.
(cd "$target" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm rebuild --no-audit --no-fund better-sqlite3) >&2

# What no program reads at run time.
find "$target/node_modules" -type f \( -name '*.md' -o -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.markdown' \) -delete
find "$target/node_modules" -type d \( -name test -o -name tests -o -name __tests__ -o -name docs \) -prune -exec rm -rf {} +
rm -rf "$target/node_modules/better-sqlite3/deps" "$target/node_modules/better-sqlite3/src" \
  "$target/node_modules/.bin" "$target/package-lock.json"
find "$target/node_modules/better-sqlite3/build" -type f ! -name better_sqlite3.node -delete 2>/dev/null || true
find "$target" -type d -empty -delete
chmod -R a+rX,go-w "$target"
chmod 755 "$target/dist/cli.js"
echo "$target"
