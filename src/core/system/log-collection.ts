/** What belongs into a diagnosis of a station. Source: Charge Control C facts, section 10. */

interface Period {
  readonly oldest_timestamp?: string;
  readonly latest_timestamp?: string;
}

/** $1: the archive; $2: what the configuration lies below. The rest goes to journalctl. What is not there is left out. */
const script = `
set -u
archive=$1
root=$2
shift 2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
say() {
  printf '\\n# %s\\n' "$*"
  command -v "$1" >/dev/null 2>&1 && "$@" 2>&1
}
{
  say date -u
  say uptime
  say cat /etc/os-release
  say df -h
  say lsblk
  say cat /proc/meminfo
  say ps
  say timedatectl
  say dmesg
  say cat /sys/kernel/debug/gpio
  say cat /sys/kernel/debug/pwm
  say cat /proc/tty/driver/IMX-uart
  for voltage in /sys/bus/iio/devices/*/in_voltage?_raw; do say cat "$voltage"; done
  say ip address
  say fw_printenv
  say rauc status --detailed
} > "$folder/commands.log"
command -v journalctl >/dev/null 2>&1 && journalctl --no-pager --utc --output=short-iso "$@" > "$folder/journal.log" 2>&1
for file in "$root"/etc/everest/*.yaml "$root"/etc/everest/user-config/*.yaml \\
  "$root"/etc/evsed/*.yaml "$root"/etc/evsed/user-config/*.yaml; do
  [ -f "$file" ] || continue
  sed -E 's/^([[:space:]-]*[A-Za-z0-9_.-]*(password|secret|token|pin|key)[A-Za-z0-9_.-]*:).*/\\1 (removed)/I' "$file" \\
    > "$folder/$(echo "$file" | tr / _)"
done
tar -czf "$archive" -C "$folder" .
`;

/** @param root `""` but for a test. */
export function collect(archive: string, root: string, { oldest_timestamp, latest_timestamp }: Period) {
  const from = oldest_timestamp === undefined ? [] : ["--since", journalTime(oldest_timestamp)];
  const to = latest_timestamp === undefined ? [] : ["--until", journalTime(latest_timestamp)];
  return { program: "sh", args: ["-c", script, "evsed-logs", archive, root, ...from, ...to] };
}

const journalTime = (timestamp: string): string =>
  `${new Date(timestamp).toISOString().slice(0, 19).replace("T", " ")} UTC`;
