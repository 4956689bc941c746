"""Opens connections to a port of this machine and forgets them: no FIN, no RST, as a peer whose
power was cut. Arguments: port, source address, count, bytes to send first in hexadecimal digits.
Needs the right to repair connections (CAP_NET_ADMIN)."""

import socket
import sys

TCP_REPAIR = 19

port, source, count, first = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
for _ in range(count):
    peer = socket.socket()
    peer.settimeout(2)
    try:
        # Before anything else, as not everybody may.
        peer.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        peer.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)
        peer.bind((source, 0))
        peer.connect(("127.0.0.1", port))
        peer.sendall(bytes.fromhex(first))
        peer.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    except PermissionError:
        sys.exit(1)
    except OSError:
        # The gateway has thrown it out again; then it is closed in the common way.
        pass
    peer.close()
