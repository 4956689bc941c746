// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as a network. Source: {@code product.md} M5.2, M5.5 and M6.2. */
class HostInterfacesTest {

  @ParameterizedTest
  @CsvSource({
    "192.168.1.20, true, true",
    "192.168.71.1, true, true",
    "169.254.17.4, false, true",
    "169.254.17.4 10.0.0.5, true, true",
    "127.0.0.1, false, false",
    "fe80::1 2001:db8::1, false, false",
    "'', false, false",
  })
  void an_ipv4_address_that_others_reach_is_a_network(
      String addresses, boolean alone, boolean withAClient) throws Exception {
    List<InetAddress> all = new ArrayList<>();
    for (String address : addresses.split(" ", -1)) {
      if (!address.isEmpty()) {
        all.addAll(List.of(InetAddress.getAllByName(address)));
      }
    }
    assertThat(HostInterfaces.isUp(all, false)).isEqualTo(alone);
    assertThat(HostInterfaces.isUp(all, true)).isEqualTo(withAClient);
  }
}
