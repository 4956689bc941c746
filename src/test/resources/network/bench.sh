#!/usr/bin/env bash
# A machine with a NetworkManager of its own, in namespaces: `eth0`, and at the other end of its
# cable a LAN with the address 192.168.10.1. Started in new mount and network namespaces:
#   unshare -m -n -u bash bench.sh DIRECTORY
# Writes `ready` into the directory, with its own process number and that of the LAN.
set -euo pipefail
dir=$1
mount --make-rprivate /
for each in /run /etc/NetworkManager /var/lib/NetworkManager; do
  mkdir -p "$each"
  mount -t tmpfs none "$each"
done
# What NetworkManager would write here is the machine's own, even from within these namespaces.
touch /run/resolv.conf
if [ -e /etc/resolv.conf ]; then mount --bind /run/resolv.conf "$(readlink -f /etc/resolv.conf)"; fi
# Read-only, as in a container: NetworkManager does not wait for udev then.
mount -t sysfs -o ro sysfs /sys
mkdir -p /run/dbus /run/NetworkManager /etc/NetworkManager/system-connections
ip link set lo up
unshare -n sleep infinity &
lan=$!
until [ "$(readlink "/proc/$lan/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do :; done
ip link add eth0 type veth peer name lan0 netns "$lan"
nsenter -t "$lan" -n ip address add 192.168.10.1/24 dev lan0
nsenter -t "$lan" -n ip link set lan0 up
cat >/etc/NetworkManager/NetworkManager.conf <<'CONF'
[main]
plugins=keyfile
no-auto-default=*
dhcp=internal
dns=none
rc-manager=unmanaged
hostname-mode=none
auth-polkit=false
[connectivity]
enabled=false
CONF
dbus-daemon --system --fork --nopidfile
NetworkManager --no-daemon --log-level=INFO >"$dir/nm.log" 2>&1 &
trap 'kill $(jobs -p)' EXIT
until nmcli -t -f RUNNING general 2>/dev/null | grep -q '^running'; do
  kill -0 %2
done
echo "$$ $lan" >"$dir/ready.new"
mv "$dir/ready.new" "$dir/ready"
# Until the test closes its end.
cat >/dev/null
