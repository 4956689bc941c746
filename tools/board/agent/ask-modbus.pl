# SPDX-License-Identifier: Apache-2.0
# ask-modbus.pl ADDRESS SECONDS: a charger that asks for a voltage until it gets one; runs where the
# visitor's radio is. Ends with 0 as soon as there is one, with 1 when the time is over.
use strict;
use IO::Socket::INET;

my ($address, $seconds) = @ARGV;
my $end = time + $seconds;
while (time < $end) {
  my $voltage = eval {
    local $SIG{ALRM} = sub { die "too slow\n" };
    alarm 2;
    my $s = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 502, Timeout => 1) or die;
    $s->syswrite(pack 'nnnCCnn', 1, 0, 6, 1, 3, 0x8006, 2) or die;
    my $answer = '';
    while (length $answer < 13) { $s->sysread($answer, 64, length $answer) or die }
    unpack 'f>', substr $answer, 9, 4;
  };
  alarm 0;
  if (defined $voltage && $voltage > 100) { print "$voltage V\n"; exit 0 }
  select undef, undef, undef, 0.1;
}
exit 1;
