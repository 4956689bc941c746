# Sourced by run, verify, fuzz, soak, board-test and bench/run: what they need, and how they get it.
# This is the one list of packages (Debian names).

BUILD_PACKAGES=(openjdk-17-jdk-headless maven)
TEST_PACKAGES=(socat mbpoll python3-pymodbus python3-serial-asyncio util-linux chromium mosquitto openssl mount
  network-manager dnsmasq-base iproute2 dbus curl unzip python3-minimal libfaketime)
# The emulated board installs more of its own when it is built. ipxe-qemu has its network card.
BOARD_PACKAGES=(python3-minimal ipxe-qemu iproute2 dnsmasq-base e2fsprogs)
SOAK_PACKAGES=(socat mosquitto openssl mount util-linux python3-minimal libfaketime)
BENCH_PACKAGES=(python3-minimal util-linux mosquitto openssl unzip)

# Debian 13 has no Java 17, but 21.
if command -v apt-cache >/dev/null && ! apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1 \
  && apt-cache show openjdk-21-jdk-headless >/dev/null 2>&1; then
  BUILD_PACKAGES[0]=openjdk-21-jdk-headless
fi

# What tells that a package is there, however it was installed.
provides() {
  case "$1" in
    openjdk-*) command -v javac ;;
    maven) command -v mvn ;;
    python3-pymodbus) /usr/bin/python3 -c 'import pymodbus' 2>/dev/null && echo pymodbus ;;
    # python3-pymodbus only recommends it, and cannot be imported without it.
    python3-serial-asyncio) /usr/bin/python3 -c 'import serial_asyncio' 2>/dev/null && echo there ;;
    python3-minimal) command -v python3 ;;
    ipxe-qemu) ls /usr/lib/ipxe/qemu/efi-virtio.rom 2>/dev/null ;;
    util-linux) command -v prlimit ;;
    libfaketime) ls /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null ;;
    e2fsprogs) command -v debugfs || ls /usr/sbin/debugfs 2>/dev/null ;;
    # Debian puts it where only the superuser's path leads.
    mosquitto) command -v mosquitto || ls /usr/sbin/mosquitto 2>/dev/null ;;
    network-manager) command -v NetworkManager || ls /usr/sbin/NetworkManager 2>/dev/null ;;
    dnsmasq-base) command -v dnsmasq || ls /usr/sbin/dnsmasq 2>/dev/null ;;
    iproute2) command -v ip || ls /usr/sbin/ip 2>/dev/null ;;
    dbus) command -v dbus-daemon ;;
    *) command -v "$1" ;;
  esac
}

need_packages() {
  local missing=() package
  for package in "$@"; do
    provides "$package" >/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${missing[*]} ..." >&2
  local log
  log=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    rm -f "$log"
    echo "Could not install: ${missing[*]}" >&2
    exit 1
  fi
  rm -f "$log"
}

# Builds the JAR when a source is newer than it. Tests and checks are for verify.
build_jar() {
  local jar=target/energy-dongle.jar
  if [ -f "$jar" ] && [ -z "$(find pom.xml src/main LICENSE NOTICE -newer "$jar" -print -quit)" ]; then
    return
  fi
  echo "Building $jar ..." >&2
  mvn -B -q -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true package >&2
}

# Builds the Debian packages when a source is newer than them.
build_packages() {
  local deb
  deb=$(ls -t target/energy-dongle_*_amd64.deb 2>/dev/null | head -1) || true
  if [ -n "$deb" ] && [ -z "$(find pom.xml src/main config systemd LICENSE NOTICE README.md CHANGELOG.md \
    -newer "$deb" -print -quit)" ]; then
    return
  fi
  echo "Building the Debian packages ..." >&2
  mvn -B -q -ntp -Dstyle.color=never -Pdeb -DskipTests -Dspotless.check.skip=true package >&2
}
