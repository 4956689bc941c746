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
        peer.bind((source, 0))
        peer.connect(("127.0.0.1", port))
        peer.sendall(bytes.fromhex(first))
        peer.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    except OSError as error:
        print(error, file=sys.stderr)
    peer.close()
