# Shared by run, channels and test: what the machine needs, and one build. Sourced by bash; everything it says goes to stderr.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# No build server or other helper may outlive us, and nothing of a crash may be written to disk.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_DbgEnableMiniDump=0
build_options=(-nodeReuse:false -p:UseSharedCompilation=false -tl:off -v:minimal)
ulimit -c 0

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root or sudo: $*"
  fi
}

# Runs a command and says every ten seconds that it is still at work.
with_patience() {
  local what=$1 waited=0 job
  shift
  "$@" &
  job=$!
  while kill -0 "$job" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    if [ $((waited % 10)) = 0 ]; then say "… $what ($waited s)"; fi
  done
  wait "$job"
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null >&2; }

# PostgreSQL's programs and the time zones, through the machine's own package client. Debian's package would make and start a server
# of its own beside them, which nobody asked for: a setting prevents that while it is installed.
# Further packages are named by the caller.
install_what_is_missing() {
  local packages=("$@")
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
  [ -e /usr/share/zoneinfo/Asia/Shanghai ] || packages+=(tzdata)
  command -v setpriv >/dev/null && command -v flock >/dev/null || packages+=(util-linux)
  if [ ${#packages[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || fail "please install: ${packages[*]} (this is no Debian or Ubuntu: do it by the machine's own means)"
    say "installing ${packages[*]} with apt"
    local quiet=
    if [ ! -d /etc/postgresql-common ]; then
      quiet=/etc/postgresql-common/createcluster.d/channels.conf
      as_root mkdir -p "${quiet%/*}"
      echo 'create_main_cluster = false' | as_root tee "$quiet" >/dev/null
    fi
    with_patience "apt-get update" apt update -q || say "apt-get update failed; trying with the lists that are there"
    with_patience "apt-get install" apt install -q -y --no-install-recommends "${packages[@]}" || fail "apt-get install ${packages[*]} failed"
    [ -z "$quiet" ] || as_root rm -f "$quiet"
  fi
}

# What only the tests of the console need: a browser, and letters for what it shows.
browser_packages() {
  [ -e /usr/bin/chromium ] || echo chromium
  compgen -G '/usr/share/fonts/*/*/*[Cc][Jj][Kk]*' >/dev/null || compgen -G '/usr/share/fonts/truetype/wqy/*' >/dev/null || echo fonts-wqy-zenhei
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET SDK 10 is not installed: https://dot.net/download"
  # Without libicu the SDK itself starts only in invariant mode; the suite always runs in it.
  if ! ldconfig -p 2>/dev/null | grep -q libicuuc; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi
}

# Builds services/Suite in Release into a folder of its own, so that a suite that is running keeps the files it was started from;
# sets $program. Does nothing where no source is newer than the last build.
build_suite() {
  local out=$home/artifacts/suite stamp=$home/artifacts/suite/stamp
  mkdir -p "$out"
  exec 8>"$out/lock"
  if ! flock -n 8; then
    say "another build is running; waiting for it"
    flock 8
  fi
  if [ ! -e "$stamp" ] || [ ! -e "$out/current/channels.dll" ] || [ -n "$(sources_newer_than "$stamp")" ]; then
    touch "$stamp.new"
    build_console
    # An older build's files of the console would stay beside the new ones.
    rm -rf "$home/artifacts/bin/Suite/release/wwwroot"
    say "building the suite"
    with_patience "building" dotnet build "$home/services/Suite" -c Release -p:Fast=true "${build_options[@]}" </dev/null >&2 || fail "the build failed"
    local version
    version=$(date +%s)
    rm -rf "$out/$version"
    cp -a "$home/artifacts/bin/Suite/release" "$out/$version"
    ln -sfn "$version" "$out/current"
    mv "$stamp.new" "$stamp"
    # The last three are kept, for those who still run them.
    (cd "$out" && ls -d [0-9]* | sort -n | head -n -3 | xargs -r rm -rf)
  fi
  program=$(readlink -f "$out/current")/channels.dll
  exec 8>&-
}

sources_newer_than() {
  find "$home/services" "$home/gateway" "$home/Directory.Build.props" "$home/Directory.Packages.props" "$home/global.json" \
    -newer "$1" -not -path '*/node_modules/*' -print -quit 2>/dev/null
}

# Node for the console's build: the machine's own where it is new enough, else one of ours in artifacts/tools. Vite 8 wants 20.19 or
# newer; Debian 12 has 18, whose npm is good enough to fetch a newer one, once.
need_node() {
  if new_enough node; then return; fi
  export PATH="$home/artifacts/tools/node_modules/.bin:$PATH"
  if new_enough node; then return; fi
  if ! command -v npm >/dev/null; then
    command -v apt-get >/dev/null || fail "please install Node.js 20.19 or newer"
    say "installing nodejs and npm with apt: only to fetch a newer Node into artifacts/tools"
    with_patience "apt-get update" apt update -q || say "apt-get update failed; trying with the lists that are there"
    with_patience "apt-get install" apt install -q -y --no-install-recommends nodejs npm || fail "apt-get install nodejs npm failed"
  fi
  say "fetching Node 22 into artifacts/tools"
  with_patience "fetching Node" npm install --prefix "$home/artifacts/tools" --no-audit --no-fund --loglevel=error node@22 npm@11 </dev/null >&2 \
    || fail "Node could not be fetched with npm"
  hash -r
  new_enough node || fail "Node in artifacts/tools does not run"
}

# Exit code 0 where the Node is 20.19, 22.12 or newer.
new_enough() {
  command -v "$1" >/dev/null && "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

# What npm installed is that of the lock file, or it is installed anew.
console_packages() {
  local folder=$home/gateway/console stamp=$home/gateway/console/node_modules/.installed
  if [ -e "$stamp" ] && cmp -s "$stamp" "$folder/package-lock.json"; then return; fi
  say "installing the console's packages"
  with_patience "npm ci" npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error </dev/null >&2 || fail "npm ci failed"
  cp "$folder/package-lock.json" "$stamp"
}

# Builds gateway/console into artifacts/console, from where the .NET build takes it. Does nothing where no source is newer.
build_console() {
  local stamp=$home/artifacts/console.stamp
  mkdir -p "$home/artifacts"
  exec 7>"$home/artifacts/console.lock"
  flock 7
  if [ ! -e "$stamp" ] || [ ! -e "$home/artifacts/console/index.html" ] \
    || [ -n "$(find "$home/gateway/console" -newer "$stamp" -not -path '*/node_modules*' -print -quit)" ]; then
    touch "$stamp.new"
    need_node
    console_packages
    say "building the console"
    with_patience "building the console" npm run build --prefix "$home/gateway/console" --silent </dev/null >&2 || fail "the console's build failed"
    mv "$stamp.new" "$stamp"
  fi
  exec 7>&-
}
