#!/usr/bin/env bash
# Installs the real servers that tests talk to, each at the release pinned here, and prints one line for each:
# where it is, or why not. Usage: install.sh [loki|headscale|alertmanager|promtool|chromium|kubernetes]...
# (all without a name). `kubernetes` is what checks deploy/: helm, kustomize, and manifests, a program of this folder.
#
# Loki, logcli, Headscale and the tools for deploy/ are built by the ordinary Go client from test/servers/*/go.mod into
# ${XDG_CACHE_HOME:-~/.cache}/detector-servers/ (once: Loki takes six minutes and 2.3 GB of memory on two cores).
# Alertmanager, promtool and Chromium are Debian's packages. What is there already is left alone; nothing is removed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/detector-servers
missing=0

say() { printf '%-13s %s\n' "$1" "$2"; }
fail() {
  say "$1" "not installed: $2"
  missing=1
}

# pinned FOLDER MODULE: the version that go.mod pins, without the v
pinned() { awk -v module="$2" '$1 == module { sub(/^v/, "", $2); print $2; exit }' "$here/$1/go.mod"; }

# binary_of PACKAGE: the name that Go gives its program
binary_of() {
  case ${1##*/} in
    v[0-9]*) basename "${1%/*}" ;;
    *) basename "$1" ;;
  esac
}

# build FOLDER TARGET LDFLAGS PACKAGE...: into a scratch name first, so that a cut build leaves nothing half done
build() {
  local folder=$1 target=$2 flags=$3 package scratch
  shift 3
  scratch=$(mktemp -d "$target.XXXXXX") || return 1
  for package in "$@"; do
    (cd "$here/$folder" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w $flags" \
      -o "$scratch/$(binary_of "$package")" "$package") || { rm -r "$scratch"; return 1; }
  done
  mkdir -p "$target" && mv "$scratch"/* "$target/" && rmdir "$scratch"
}

# with_go NAME FOLDER MODULE LDFLAGS PACKAGE...
with_go() {
  local name=$1 folder=$2 module=$3 flags=$4 version target package
  shift 4
  version=$(pinned "$folder" "$module")
  target=$cache/$name-$version
  for package in "$@"; do
    [ -x "$target/$(binary_of "$package")" ] && continue
    command -v go >/dev/null || { fail "$name" "$version is built with Go, and there is no go in PATH (https://go.dev/dl)"; return; }
    # An older Go fetches the toolchain that go.mod asks for by itself, unless GOTOOLCHAIN forbids it.
    said=$(cd "$here/$folder" && go version 2>&1) || { fail "$name" "${said//$'\n'/ }"; return; }
    mkdir -p "$cache"
    (
      # Two test runs at once must not both compile Loki.
      command -v flock >/dev/null && flock 9
      [ -x "$target/$(binary_of "$package")" ] || build "$folder" "$target" "${flags//VERSION/$version}" "$@"
    ) 9>"$target.lock" >&2 || { fail "$name" "go build of $version failed (its output is above)"; return; }
    break
  done
  say "$name" "$version $target"
}

# with_apt NAME BINARY PACKAGE
with_apt() {
  local name=$1 binary=$2 package=$3
  if ! command -v "$binary" >/dev/null; then
    command -v apt-get >/dev/null || { fail "$name" "no apt-get here; put $binary into PATH"; return; }
    [ "$(id -u)" = 0 ] || { fail "$name" "run: sudo apt-get install -y --no-install-recommends $package"; return; }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"; } \
      </dev/null >&2 || { fail "$name" "apt-get install $package failed (its output is above)"; return; }
  fi
  say "$name" "$("$binary" --version 2>&1 | awk 'NR == 1 { print $3 }') $(command -v "$binary")"
}

install_loki() {
  local stamp=github.com/grafana/loki/v3/pkg/util/build.Version=VERSION
  with_go loki loki github.com/grafana/loki/v3 "-X $stamp" \
    github.com/grafana/loki/v3/cmd/loki github.com/grafana/loki/v3/cmd/logcli
}
install_headscale() { with_go headscale headscale github.com/juanfont/headscale '' github.com/juanfont/headscale/cmd/headscale; }
install_kubernetes() {
  with_go kubernetes kubernetes helm.sh/helm/v3 '' ./manifests sigs.k8s.io/kustomize/kustomize/v5 helm.sh/helm/v3/cmd/helm
}
install_alertmanager() { with_apt alertmanager prometheus-alertmanager prometheus-alertmanager; }
install_promtool() { with_apt promtool promtool prometheus; }
install_chromium() { with_apt chromium chromium chromium; }

[ $# -gt 0 ] || set -- loki headscale alertmanager promtool chromium kubernetes
for name in "$@"; do
  case $name in
    loki | headscale | alertmanager | promtool | chromium | kubernetes) "install_$name" ;;
    *) fail "$name" "unknown; known are loki, headscale, alertmanager, promtool, chromium, kubernetes" ;;
  esac
done
exit $missing
