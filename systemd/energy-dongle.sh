#!/bin/sh
# The command energy-dongle: check, decode, provision ... with the options of the service.
here=/opt/energy-dongle/current
set -- @$here/jvm.options -DjSerialComm.library.path=$here/lib -jar $here/energy-dongle.jar "$@"
# What it makes has to belong to the service, which must be able to read it.
if [ "$(id -u)" = 0 ] && getent passwd energy-dongle >/dev/null; then
  exec runuser -u energy-dongle -- /usr/bin/java "$@"
fi
exec /usr/bin/java "$@"
