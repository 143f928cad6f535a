#!/bin/bash
# Builds the guest of the interop tests from Debian packages: a stock kernel and an initramfs with BlueZ in it.
#   build-guest.sh CACHE        the last line of the output is the folder with vmlinuz, initramfs.cpio and versions.txt
# Built once for each version of these scripts, the kernel and BlueZ; a second builder waits for the first. No root.
# Exit status 69: something is missing here, and the last line says what and how to get it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${1:?where images are kept}

unavailable() { echo "$*"; exit 69; }

# ---- the kernel: the first of these that the package source has ---------------------------------------------------
# 6.1.0-50 (6.1.176) passes everything. 6.1.0-56 (6.1.192-2) panics on the second failed outgoing page: never taken,
# unless it is all there is.
kernels="linux-image-6.1.0-50-amd64 linux-image-6.1.0-55-amd64 linux-image-6.1.0-54-amd64 linux-image-6.1.0-53-amd64
 linux-image-6.1.0-47-amd64 linux-image-6.1.0-55-amd64-unsigned linux-image-6.1.0-53-amd64-unsigned"
latest() { apt-cache depends "$1" 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1; }
candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([^(].*\)/\1/p'; }

[ "$(uname -m)" = x86_64 ] || unavailable "The guest is built for x86_64 only; run the interop tests on such a machine."
for program in apt-get dpkg cpio depmod gcc xz busybox bluetoothd dbus-daemon bluetoothctl btmon btmgmt iperf3 flock; do
  PATH=$PATH:/usr/sbin:/sbin:/usr/libexec/bluetooth command -v $program >/dev/null ||
    unavailable "$program not found: install what tests/Interop.Tests/packages.txt lists (test.sh does, as root on Debian)."
done
export PATH=$PATH:/usr/sbin:/sbin
for kernel in $kernels "$(latest linux-image-6.12-amd64)" "$(latest linux-image-amd64)" none; do
  [ -n "$kernel" ] && kernel_version=$(candidate "$kernel") && [ -n "$kernel_version" ] && break
done
[ "$kernel" != none ] || unavailable "No kernel package is known here: run 'apt-get update' as root, on Debian 12."

# ---- one image for each set of inputs ---------------------------------------------------------------------------------
bluez_version=$(bluetoothd --version 2>/dev/null || /usr/libexec/bluetooth/bluetoothd --version)
busybox_version=$(busybox | head -1)
key=$({ cat "$here"/{build-guest.sh,guest-lib.sh,init} "$here"/*.c; echo "$kernel $kernel_version $bluez_version $busybox_version"; } |
  sha256sum | cut -c1-16)
image=$cache/$key
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -e "$image/initramfs.cpio" ]; then touch "$image"; echo "$image"; exit; fi
work=$(mktemp -d "$cache/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$work"/{packages,kernel,out}

# ---- packages that are unpacked and not installed: none of their scripts run --------------------------------------------
fetch() { # fetch PACKAGE FOLDER
  (cd "$work/packages" && apt-get -o APT::Sandbox::User=root download -q "$1" >fetch.log 2>&1) ||
    unavailable "The package $1 cannot be downloaded: $(tail -1 "$work/packages/fetch.log")"
  mkdir -p "$2"; dpkg -x "$work"/packages/"$1"_*.deb "$2"; rm -f "$work"/packages/"$1"_*.deb
}
fetch "$kernel" "$work/kernel"
fetch bluez-tools "$work/bluez-tools"
release=$(basename "$work"/kernel/lib/modules/*)
depmod -b "$work/kernel" "$release"
cp "$work/kernel/boot/vmlinuz-$release" "$work/out/vmlinuz"

# ---- programs -----------------------------------------------------------------------------------------------------------
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,usr/libexec/bluetooth,lib64,lib,etc/bluetooth,proc,sys,dev,run,tmp,root,www}
mkdir -p "$root"/var/lib/{dbus,bluetooth} "$root"/etc/dbus-1/system.d "$root"/usr/share/dbus-1/system.d
ln -s /run "$root/var/run"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $(busybox --list); do
  case $applet in ip | busybox | init) ;; *) ln -s busybox "$root/bin/$applet" ;; esac
done
ln -s /bin/busybox "$root/sbin/modprobe"
put() { # put PROGRAM FOLDER: with the libraries that it needs
  mkdir -p "$root$2"; rm -f "$root/bin/$(basename "$1")"; cp -L "$1" "$root$2/"
  ldd "$1" | { grep 'not found' || true; } | while read -r library _; do
    unavailable "$(basename "$1") needs the library $library, which is not installed here."
  done
  ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
    case $library in /lib64/*) cp -Ln "$library" "$root/lib64/" ;; *) cp -Ln "$library" "$root/lib/" ;; esac
  done
}
for program in dbus-daemon dbus-send bluetoothctl btmgmt btmon btattach hciconfig iperf3; do put "$(command -v $program)" /usr/bin; done
put "$(readlink -f "$(PATH=$PATH:/usr/libexec/bluetooth command -v bluetoothd)")" /usr/libexec/bluetooth
put "$(readlink -f "$(command -v ip)")" /usr/sbin
for program in bt-network bt-agent; do put "$work/bluez-tools/usr/bin/$program" /usr/bin; done
for program in commandport h4bridge usbimport; do gcc -O2 -static -Wall -o "$root/usr/bin/$program" "$here/$program.c"; done
cp -L /lib/x86_64-linux-gnu/libnss_files.so.2 "$root/lib/" 2>/dev/null || true

# What programs of the .NET runtime load, which themselves come from the host.
for library in libstdc++.so.6 libgcc_s.so.1 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libusb-1.0.so.0 libssl.so.3 libcrypto.so.3; do
  file=$(ldconfig -p | awk -v name=$library '$1 == name && /x86-64/ { print $NF; exit }')
  [ -n "$file" ] || unavailable "The library $library is missing: install what tests/Interop.Tests/packages.txt lists."
  put "$file" /lib
done

# ---- modules, with those that they need ------------------------------------------------------------------------------------
modules="virtio_pci virtio_console virtio_rng 9p 9pnet_virtio vhci_hcd btusb bluetooth bnep hci_vhci hci_uart tun bridge algif_hash algif_skcipher uhid af_packet
 ctr ecb cmac ccm hmac sha256_generic sha512_generic ecdh_generic drbg jitterentropy_rng aesni_intel"
for module in $modules; do
  modprobe -d "$work/kernel" -S "$release" --show-depends -q "$module" || true    # one that is built in has no file
done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
  folder=$root/$(dirname "${file#"$work/kernel"}")
  mkdir -p "$folder"; cp "$file" "$folder/"
done
find "$root/lib/modules" -name '*.ko.xz' -exec xz -d {} +
cp "$work/kernel/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$release/"
depmod -b "$root" "$release"
for module in bluetooth bnep hci_vhci virtio_console tun bridge vhci-hcd btusb 9p; do
  find "$root/lib/modules" -name "$module.ko" | grep -q . || unavailable "The kernel package $kernel has no module $module."
done

# ---- configuration ------------------------------------------------------------------------------------------------------------
install -m 755 "$here/init" "$root/init"
cp "$here/guest-lib.sh" "$root/etc/guest-lib.sh"
printf 'root:x:0:0:root:/root:/bin/sh\nmessagebus:x:100:100::/run/dbus:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nmessagebus:x:100:\nbluetooth:x:101:\n' >"$root/etc/group"
printf '%s: files\n' passwd group hosts services protocols networks >"$root/etc/nsswitch.conf"
cat >"$root/usr/share/dbus-1/system.conf" <<'XML'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/>
<allow receive_type="signal"/></policy></busconfig>
XML
cat >"$root/etc/bluetooth/main.conf" <<'INI'
[General]
DiscoverableTimeout = 0
PairableTimeout = 0
JustWorksRepairing = always
[Policy]
AutoEnable = true
INI
: >"$root/etc/bluetooth/input.conf"; : >"$root/etc/bluetooth/network.conf"
ldconfig -r "$root" -C /etc/ld.so.cache 2>/dev/null || true

# ---- pack: uncompressed, as unpacking under emulation costs more than reading the octets -----------------------------------------
(cd "$root" && find . | cpio -o -H newc --quiet) >"$work/out/initramfs.cpio"
printf 'kernel %s %s\nbluez %s\nbusybox %s\n' "$kernel" "$kernel_version" "$bluez_version" "$busybox_version" >"$work/out/versions.txt"
mv "$work/out" "$image"
# Older images are of older scripts or packages; those of the last two weeks may belong to other checkouts.
find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name "$key" -mtime +14 -exec rm -rf {} +
echo "$image"
