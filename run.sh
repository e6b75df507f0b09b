#!/usr/bin/env bash
# Builds the TaskBoard sample and the emulated Forge platform, starts both on free ports of this machine, and plays a story on them.
#   ./run.sh             stays up afterwards, for you to try
#   ./run.sh --once      ends with the story; not zero if anything in it went wrong
#   ./run.sh --cluster   plays it on two Orleans silos, two web processes and a PostgreSQL server, and kills the silos; also with --once
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

once= cluster=
for option in "$@"; do
  case $option in
    --once) once=yes ;;
    --cluster) cluster=yes ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$root/run.sh" >&2; exit 2 ;;
  esac
done
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is not on this machine's PATH; install it from https://dot.net." >&2; exit 1; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

log=$(mktemp)
trap 'rm -f "$log"' EXIT

build() {
  if ! dotnet build "$root/$1" --configuration Release --verbosity quiet -p:UseSharedCompilation=true >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
}

# Debian keeps the server's programs out of the PATH.
find_postgresql() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) ${PATH//:/ }; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
      echo "$folder"
      return
    fi
  done
}

install_postgresql() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 0
  echo "Installing PostgreSQL, for the cluster's data (apt-get)…"
  # The programs are wanted, not the server that the package would make and start.
  local no_server=/etc/postgresql-common/createcluster.d/taskboard.conf
  mkdir -p "${no_server%/*}"
  echo "create_main_cluster = false" >"$no_server"
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >/dev/null 2>&1 || true
  rm -f "$no_server"
}

echo "Building (the first time takes a minute)…"
build samples/Story

postgresql=
if [ -n "$cluster" ]; then
  if dotnet restore "$root/samples/TaskBoard.Cluster" --verbosity quiet >/dev/null 2>&1; then
    build samples/TaskBoard.Cluster
    postgresql=$(find_postgresql)
    [ -n "$postgresql" ] || { install_postgresql; postgresql=$(find_postgresql); }
    [ -n "$postgresql" ] || echo "There is no PostgreSQL server on this machine and it could not be installed, so the story is played on a single node: install the package postgresql."
  else
    version=$(dotnet msbuild "$root/samples/TaskBoard.Cluster" -getProperty:OrleansVersion)
    echo "The Microsoft.Orleans packages of version $version could not be restored, so the story is played on a single node: give NuGet a source that has them (dotnet nuget add source <folder or URL>)."
  fi
fi

# In place of this script, so that whoever ends it ends the story.
rm -f "$log"
exec dotnet "$root/samples/Story/bin/Release/net10.0/ForgeOrleans.Story.dll" "$root" Release ${once:+--once} ${postgresql:+--cluster "$postgresql"}
