#!/usr/bin/env bash
# Measures the remote beside its peers and prints the ratios. See README.md in this folder.
#
#   bench/run.sh [--only echo|list|create|accept|cluster|limits] [--seconds N] [--rounds N] [--remote path/to/another/TaskBoard.dll]
set -euo pipefail

bench="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$bench")"
remote="$root/samples/TaskBoard/bin/Release/net10.0/TaskBoard.dll"
own_remote=yes
options=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --remote) remote="$(realpath "${2:?--remote needs the path of a TaskBoard.dll}")"; own_remote=no; shift 2 ;;
    --only | --seconds | --rounds) options+=("$1" "${2:?$1 needs a value}"); shift 2 ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; [[ "$1" == --help ]] && exit 0 || exit 2 ;;
  esac
done

say() { printf '\n== %s\n' "$*"; }

command -v dotnet > /dev/null || { echo "The .NET 10 SDK is needed: dotnet is not on the path." >&2; exit 1; }

missing=()
command -v wrk > /dev/null || missing+=(wrk)
command -v node > /dev/null && command -v npm > /dev/null || missing+=(nodejs npm)
command -v taskset > /dev/null || missing+=(util-linux)
if [[ ${#missing[@]} -gt 0 ]]; then
  say "Installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" > /dev/null
fi

say "Installing Express and jose"
npm install --prefix "$bench/peers/express" --no-package-lock --no-audit --no-fund --loglevel=error

say "Building, Release"
projects=("$bench/Harness" "$bench/Memory" "$bench/Permits" "$bench/peers/BareKestrel" "$root/src/Emulator")
[[ "$own_remote" == yes ]] && projects+=("$root/samples/TaskBoard")
for project in "${projects[@]}"; do
  dotnet build "$project" --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary
done

cluster="$root/samples/TaskBoard.Cluster"
if dotnet restore "$bench/ClusterMemory" --verbosity quiet > /dev/null 2>&1; then
  for project in "$cluster" "$bench/ClusterMemory"; do
    dotnet build "$project" --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary
  done
  options+=(--cluster "$cluster/bin/Release/net10.0/TaskBoard.Cluster.dll")
  with_cluster=yes
else
  echo "The Microsoft.Orleans packages cannot be restored from this machine's NuGet sources: the cluster is not measured."
  with_cluster=no
fi

say "Measuring"
dotnet "$bench/Harness/bin/Release/net10.0/ForgeOrleans.Bench.dll" --bench "$bench" --remote "$remote" "${options[@]}"
if [[ " ${options[*]:-} " != *" --only "* ]]; then
  say "Memory of 100,000 installations"
  dotnet "$bench/Memory/bin/Release/net10.0/ForgeOrleans.Bench.Memory.dll"
  say "A million items that wait"
  dotnet "$bench/Memory/bin/Release/net10.0/ForgeOrleans.Bench.Memory.dll" work
  say "What a permit costs"
  dotnet "$bench/Permits/bin/Release/net10.0/ForgeOrleans.Bench.Permits.dll"
  say "10,000 handlers that act as the same absent user"
  dotnet "$bench/Permits/bin/Release/net10.0/ForgeOrleans.Bench.Permits.dll" offline
  if [[ "$with_cluster" == yes ]]; then
    say "Memory of 100,000 installations over two silos"
    dotnet "$bench/ClusterMemory/bin/Release/net10.0/ForgeOrleans.Bench.ClusterMemory.dll"
  fi
fi
