#!/usr/bin/env bash
# Builds the TaskBoard sample and the emulated Forge platform, starts both on free ports of this machine, and plays a story on them.
#   ./run.sh          stays up afterwards, for you to try
#   ./run.sh --once   ends with the story; not zero if anything in it went wrong
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

for option in "$@"; do
  case $option in
    --once) ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$root/run.sh" >&2; exit 2 ;;
  esac
done
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is not on this machine's PATH; install it from https://dot.net." >&2; exit 1; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

echo "Building (the first time takes a minute)…"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build "$root/samples/Story" --configuration Release --verbosity quiet -p:UseSharedCompilation=true >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
dotnet "$root/samples/Story/bin/Release/net10.0/ForgeOrleans.Story.dll" "$root" Release "$@"
