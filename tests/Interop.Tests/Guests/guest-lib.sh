# Read by every script that comes through the command port, and by init.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

# This busybox prefers its own applets to programs in PATH.
ip() { /usr/sbin/ip "$@"; }

# bg PROGRAM ARGS: runs on after the script has ended; what it writes is /tmp/PROGRAM.log.
bg() { setsid "$@" </dev/null >"/tmp/${1##*/}.log" 2>&1 & }

# until_ok SECONDS COMMAND: tries until it succeeds.
until_ok() {
  local end=$(( $(cut -d. -f1 /proc/uptime) + $1 )); shift
  until "$@" >/dev/null 2>&1; do
    [ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ] || return 1
    usleep 50000
  done
}

# gone NAME: no process of that name is left.
gone() { ! pidof "$1"; }

# end_all NAME [SECONDS]: ends all processes of a name; those that are there after SECONDS (3) the hard way, which bt-agent
# needs always. Where the end says goodbye to peers (bluetoothd), give it more time than a busy machine makes of it.
end_all() {
  pidof "$1" >/dev/null || return 0
  kill $(pidof "$1") 2>/dev/null
  until_ok "${2:-3}" gone "$1" || { kill -9 $(pidof "$1") 2>/dev/null; until_ok 60 gone "$1"; }
}

has_adapter() {
  dbus-send --system --print-reply --dest=org.bluez /org/bluez/hci0 org.freedesktop.DBus.Properties.Get \
    string:org.bluez.Adapter1 string:Powered | grep -q 'boolean true'
}
wait_adapter() { until_ok 60 has_adapter; }

# The controller is a stream of H4: at a 16550 where the kernel's command line has guest.uart=TTY, else at the port bt0.
uart=$(sed -n 's/.*\bguest.uart=\([^ ]*\).*/\1/p' /proc/cmdline)
start_controller() {
  if [ -n "$uart" ]; then
    modprobe hci_uart
    bg btattach -B "/dev/$uart" -P h4 -S 921600
  else
    bg h4bridge /dev/virtio-ports/bt0
  fi
}
has_controller() { pidof h4bridge || pidof btattach; }
end_controller() { end_all h4bridge; end_all btattach; }

start_bluetoothd() { setsid /usr/libexec/bluetooth/bluetoothd -n -d "$@" </dev/null >>/tmp/bluetoothd.log 2>&1 & }

start_bluez() {
  setsid dbus-daemon --system --nopidfile --nofork </dev/null >/tmp/dbus.log 2>&1 &
  until_ok 60 test -S /run/dbus/system_bus_socket
  start_bluetoothd
}

# http_get ADDRESS PATH: the body. The static busybox cannot look up names of services, so its wget is of no use here.
http_get() { printf 'GET %s HTTP/1.0\r\n\r\n' "$2" | nc -w 10 "$1" 80 | sed '1,/^\r*$/d' | grep .; }

# A .NET program of the host's build, by the host's runtime: dotnet_app NAME ARGS. Small and quick to start.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0 DOTNET_gcConcurrent=0
dotnet_app() { local name=$1; shift; /mnt/dotnet/dotnet "/mnt/app/$name.dll" "$@"; }
hoststack() { dotnet_app hoststack "$@"; }

# start_hoststack NAME ARGS: runs on; /tmp/NAME.log has its lines, each with the guest's uptime and idle time in front, then
# "ended STATUS".
start_hoststack() {
  local name=$1; shift
  : >"/tmp/$name.log"
  setsid sh -c '
    log=$1; shift
    { /mnt/dotnet/dotnet /mnt/app/hoststack.dll "$@" 2>&1; echo "ended $?"; } | while IFS= read -r line; do
      read -r up idle </proc/uptime; echo "$up $idle $line" >>"$log"
    done' sh "/tmp/$name.log" "$@" </dev/null >/dev/null 2>&1 &
}
# end_hoststack NAME: as the system does (a shell's background programs take no Ctrl-C); waits for its end.
end_hoststack() {
  kill -TERM $(pidof dotnet)
  until_ok 40 grep -q ' ended ' "/tmp/$1.log"
}
