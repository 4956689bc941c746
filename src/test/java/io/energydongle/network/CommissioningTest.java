// SPDX-License-Identifier: Apache-2.0
package io.energydongle.network;

import static io.energydongle.config.NetworkSettings.Connection.ETHERNET;
import static io.energydongle.config.NetworkSettings.Connection.FIRST_USE;
import static io.energydongle.config.NetworkSettings.Connection.WIFI;
import static io.energydongle.config.NetworkSettings.Method.DHCP;
import static io.energydongle.config.NetworkSettings.Method.STATIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.energydongle.config.BoardConfig;
import io.energydongle.config.NetworkSettings;
import io.energydongle.config.Secret;
import io.energydongle.network.NetworkControl.Outcome;
import io.energydongle.network.NetworkControl.Result;
import io.energydongle.status.NetworkStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way from the box to the network; {@code platform.md} section 3.4 and {@code product.md} M5.
 */
class CommissioningTest {

  private static final NetworkSettings CABLE =
      new NetworkSettings(ETHERNET, DHCP, "", 24, "", "", "", Optional.empty(), "");
  private static final NetworkSettings FIXED =
      new NetworkSettings(
          ETHERNET, STATIC, "192.168.10.101", 24, "192.168.10.1", "", "", Optional.empty(), "");
  private static final NetworkSettings HOME =
      new NetworkSettings(
          WIFI, DHCP, "", 24, "", "", "Home", Optional.of(Secret.ofText("correct horse")), "");

  private static final Outcome WRONG_KEY =
      new Outcome(
          Result.FAILED,
          "Passwords or encryption keys are required to access the wireless network 'Home'."
              + " Warning: password for '802-11-wireless-security.psk' not given in 'passwd-file'");
  private static final Outcome TAKEN =
      new Outcome(
          Result.FAILED,
          "Error: Connection activation failed: IP configuration could not be reserved (no"
              + " available address, timeout, etc.)");

  @TempDir Path state;
  private final FakeNetworkControl machine = new FakeNetworkControl();
  private long nanos = 42;
  private Commissioning way;

  @BeforeEach
  void box() {
    machine.gives.put(Profile.ACCESS_POINT, List.of(new Face.Address("192.168.71.1", 24)));
    machine.gives.put(Profile.ETHERNET, List.of(new Face.Address("192.168.1.23", 24)));
    restart();
  }

  private void restart() {
    way =
        new Commissioning(
            BoardConfig.Network.DEFAULT,
            Optional.of(new AccessPoint.Sticker("energy-dongle-ED1", Secret.ofText("ABCDE-FGHJK"))),
            machine,
            machine,
            new NetworkMemory(state),
            () -> nanos);
  }

  private void start(NetworkSettings settings) {
    way.start(settings);
    pass(Duration.ofSeconds(2));
  }

  private void use(NetworkSettings settings) {
    way.use(settings);
    pass(Duration.ofSeconds(4));
  }

  private void pass(Duration time) {
    for (long half = 0; half <= time.toMillis(); half += 500) {
      way.tick();
      nanos += 500_000_000L;
    }
  }

  private boolean accessPointIsOn() {
    return way.accessPoint().shown().isPresent();
  }

  @Test
  void a_new_device_opens_its_access_point_and_asks_for_an_address_on_the_cable() {
    start(NetworkSettings.DEFAULT);

    assertThat(accessPointIsOn()).isTrue();
    assertThat(machine.active).containsEntry("eth0", Profile.ETHERNET);
    assertThat(machine.ethernet()).containsEntry("ipv4.method", "auto");
    assertThat(way.state()).isEqualTo(State.UP);
    assertThat(way.fault()).isEmpty();
  }

  @Test
  void a_new_device_without_a_cable_is_reached_over_its_access_point_only() {
    machine.cable = false;

    start(NetworkSettings.DEFAULT);

    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.state()).isEqualTo(State.NO_LINK);
  }

  /** As Raspberry Pi OS leaves its radio when nobody named a country at its installation. */
  @Test
  void a_radio_that_is_switched_off_is_switched_on() {
    machine.radioBlocked = true;
    start(NetworkSettings.DEFAULT);
    assertThat(accessPointIsOn()).isTrue();

    machine.radioBlocked = true;
    use(HOME);
    assertThat(machine.active).containsEntry("wlan0", Profile.WIFI);
  }

  @Test
  void a_wifi_that_cannot_even_be_set_up_brings_the_access_point_back_with_the_reason() {
    start(NetworkSettings.DEFAULT);
    machine.refusesToDefine = Profile.WIFI;

    use(HOME);
    pass(Duration.ofSeconds(62));

    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault().orElseThrow()).contains("the key was not taken");
    machine.refusesToDefine = "";
    use(CABLE);
    assertThat(machine.active).containsEntry("eth0", Profile.ETHERNET).doesNotContainKey("wlan0");
    assertThat(way.fault()).isEmpty();
  }

  @Test
  void an_ethernet_that_cannot_be_set_up_leaves_the_access_point_open() {
    start(NetworkSettings.DEFAULT);
    machine.refusesToDefine = Profile.ETHERNET;

    use(FIXED);
    pass(Duration.ofMinutes(2));

    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault().orElseThrow()).contains("the key was not taken");
  }

  @Test
  void an_answer_goes_out_before_the_access_point_goes_away() {
    start(NetworkSettings.DEFAULT);

    way.use(CABLE);
    pass(Duration.ofSeconds(1));
    assertThat(accessPointIsOn()).isTrue();

    pass(Duration.ofSeconds(2));
    assertThat(accessPointIsOn()).isFalse();
    assertThat(machine.profiles).containsOnlyKeys(Profile.ETHERNET);
    assertThat(way.state()).isEqualTo(State.UP);
  }

  @Test
  void a_device_on_ethernet_does_not_open_its_access_point_when_the_cable_is_pulled_out() {
    start(CABLE);

    machine.cable = false;
    pass(Duration.ofHours(1));

    assertThat(way.state()).isEqualTo(State.NO_LINK);
    assertThat(machine.done).doesNotContain("up " + Profile.ACCESS_POINT);
  }

  @Test
  void the_cable_may_be_put_in_long_after_a_fixed_address_was_saved() {
    machine.cable = false;
    start(NetworkSettings.DEFAULT);
    use(FIXED);

    pass(Duration.ofHours(1));
    machine.gives.put(Profile.ETHERNET, List.of(new Face.Address("192.168.10.101", 24)));
    machine.cable = true;
    pass(Duration.ofSeconds(2));

    assertThat(way.state()).isEqualTo(State.UP);
    assertThat(way.fault()).isEmpty();
    assertThat(accessPointIsOn()).isFalse();
  }

  @Test
  void an_address_that_somebody_else_has_is_told_on_the_access_point_until_it_is_free() {
    start(NetworkSettings.DEFAULT);
    machine.refusals.put(Profile.ETHERNET, TAKEN);
    machine.active.remove("eth0");

    use(FIXED);
    pass(Duration.ofSeconds(40));
    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault())
        .contains(
            "The address 192.168.10.101 is in use by another device on this network; choose"
                + " another one.");

    machine.refusals.clear();
    pass(Duration.ofSeconds(40));
    assertThat(accessPointIsOn()).isFalse();
    assertThat(way.fault()).isEmpty();
    assertThat(way.state()).isEqualTo(State.UP);
  }

  /** Seen with NetworkManager 1.42, which had made the profile "Wired connection 1" by itself. */
  @Test
  void an_address_from_a_profile_of_somebody_else_is_no_proof_of_a_fixed_one() {
    start(NetworkSettings.DEFAULT);
    machine.refusals.put(Profile.ETHERNET, TAKEN);
    machine.takesInstead = "Wired connection 1";
    machine.gives.put("Wired connection 1", List.of(new Face.Address("192.168.1.24", 24)));

    use(FIXED);
    pass(Duration.ofMinutes(5));
    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault().orElseThrow()).contains("in use by another device");

    machine.refusals.clear();
    pass(Duration.ofMinutes(3));
    assertThat(machine.active).containsEntry("eth0", Profile.ETHERNET);
    assertThat(accessPointIsOn()).isFalse();
    assertThat(way.fault()).isEmpty();
  }

  @Test
  void an_address_that_has_worked_never_opens_the_access_point_again() {
    start(FIXED);
    pass(Duration.ofSeconds(5));

    machine.refusals.put(Profile.ETHERNET, TAKEN);
    machine.active.remove("eth0");
    pass(Duration.ofHours(1));

    assertThat(way.fault().orElseThrow()).contains("in use by another device");
    assertThat(machine.done).doesNotContain("up " + Profile.ACCESS_POINT);
  }

  @Test
  void wifi_that_works_takes_the_place_of_access_point_and_ethernet() {
    start(NetworkSettings.DEFAULT);
    machine.gives.put(Profile.WIFI, List.of(new Face.Address("192.168.5.20", 24)));

    use(HOME);

    assertThat(machine.active).containsOnly(java.util.Map.entry("wlan0", Profile.WIFI));
    assertThat(machine.profiles).doesNotContainKey(Profile.ACCESS_POINT);
    assertThat(machine.done).contains("autoconnect ed-wifi true", "autoconnect ed-eth false");
    assertThat(way.state()).isEqualTo(State.UP);
  }

  @Test
  void ethernet_stays_until_wifi_works() {
    start(NetworkSettings.DEFAULT);

    use(HOME);

    assertThat(way.state()).isEqualTo(State.TRYING);
    assertThat(machine.active).containsEntry("eth0", Profile.ETHERNET);
  }

  @Test
  void a_wrong_wifi_password_brings_the_access_point_back_with_the_reason() {
    start(NetworkSettings.DEFAULT);
    machine.refusals.put(Profile.WIFI, WRONG_KEY);

    use(HOME);
    pass(Duration.ofSeconds(2));

    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault()).contains("The Wi-Fi network \"Home\" refused the password; check it.");
    assertThat(machine.active).containsEntry("eth0", Profile.ETHERNET);
  }

  @Test
  void wifi_that_gives_no_address_is_given_up_after_sixty_seconds() {
    start(NetworkSettings.DEFAULT);

    use(HOME);
    pass(Duration.ofSeconds(50));
    assertThat(accessPointIsOn()).isFalse();

    pass(Duration.ofSeconds(15));
    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.fault())
        .contains(
            "The Wi-Fi network \"Home\" gave no address; check the DHCP of its router, or set a"
                + " fixed address.");
  }

  @Test
  void wifi_that_never_worked_gets_five_minutes_after_a_start_because_a_router_starts_too() {
    start(HOME);

    pass(Duration.ofMinutes(4));
    assertThat(accessPointIsOn()).isFalse();

    pass(Duration.ofMinutes(2));
    assertThat(accessPointIsOn()).isTrue();
  }

  @Test
  void wifi_that_worked_once_never_opens_the_access_point_again_not_even_after_a_start() {
    machine.gives.put(Profile.WIFI, List.of(new Face.Address("192.168.5.20", 24)));
    start(HOME);
    pass(Duration.ofSeconds(5));

    machine.gives.remove(Profile.WIFI);
    pass(Duration.ofHours(1));
    restart();
    start(HOME);
    pass(Duration.ofHours(1));

    assertThat(machine.done).doesNotContain("up " + Profile.ACCESS_POINT);
    machine.gives.put(Profile.WIFI, List.of(new Face.Address("192.168.5.21", 24)));
    pass(Duration.ofMinutes(2));
    assertThat(way.state()).isEqualTo(State.UP);
  }

  @Test
  void another_wifi_password_has_to_prove_itself_anew() {
    machine.gives.put(Profile.WIFI, List.of(new Face.Address("192.168.5.20", 24)));
    start(HOME);
    pass(Duration.ofSeconds(5));

    machine.refusals.put(Profile.WIFI, WRONG_KEY);
    use(
        new NetworkSettings(
            WIFI, DHCP, "", 24, "", "", "Home", Optional.of(Secret.ofText("wrong horse")), ""));
    pass(Duration.ofSeconds(5));

    assertThat(accessPointIsOn()).isTrue();
  }

  @Test
  void a_restart_of_the_program_touches_nothing_that_is_as_it_should_be() {
    start(CABLE);
    machine.done.clear();

    restart();
    start(CABLE);
    pass(Duration.ofSeconds(30));

    assertThat(machine.done).containsExactly("down wlan0");
  }

  @Test
  void settings_on_trial_are_given_up_after_their_time() {
    start(CABLE);

    way.tryOut(FIXED, Duration.ofMinutes(2));
    pass(Duration.ofSeconds(10));
    assertThat(machine.ethernet()).containsEntry("ipv4.addresses", "192.168.10.101/24");

    pass(Duration.ofMinutes(2));
    assertThat(machine.ethernet())
        .containsEntry("ipv4.method", "auto")
        .containsEntry("ipv4.addresses", "");
    assertThat(way.fault()).contains(Faults.GIVEN_UP);
  }

  @Test
  void settings_on_trial_that_are_saved_stay_without_an_interruption() {
    start(CABLE);
    way.tryOut(FIXED, Duration.ofMinutes(2));
    pass(Duration.ofSeconds(10));
    machine.done.clear();

    way.use(FIXED);
    pass(Duration.ofMinutes(5));

    assertThat(machine.done).isEmpty();
    assertThat(way.trialSeconds()).isEmpty();
  }

  @Test
  void a_power_cut_during_a_trial_ends_it() {
    start(CABLE);
    way.tryOut(FIXED, Duration.ofMinutes(2));
    pass(Duration.ofSeconds(10));

    restart();
    start(CABLE);

    assertThat(machine.ethernet()).containsEntry("ipv4.method", "auto");
  }

  @Test
  void a_factory_reset_deletes_everything_and_opens_the_access_point() {
    machine.gives.put(Profile.WIFI, List.of(new Face.Address("192.168.5.20", 24)));
    start(HOME);
    pass(Duration.ofSeconds(5));

    way.use(NetworkSettings.DEFAULT);
    way.forget();
    pass(Duration.ofSeconds(5));

    assertThat(machine.profiles).containsOnlyKeys(Profile.ETHERNET, Profile.ACCESS_POINT);
    assertThat(accessPointIsOn()).isTrue();
    assertThat(way.target().connection()).isEqualTo(FIRST_USE);
  }

  @Test
  void wifi_that_somebody_else_has_set_up_is_left_alone() {
    machine.active.put("wlan0", "preconfigured");

    start(NetworkSettings.DEFAULT);

    assertThat(machine.active).containsEntry("wlan0", "preconfigured");
    assertThat(way.fault().orElseThrow()).contains("preconfigured");
  }

  @Test
  void a_network_manager_that_starts_later_is_waited_for() {
    machine.running = false;
    start(CABLE);
    assertThat(way.fault().orElseThrow()).contains("NetworkManager is not running");

    machine.running = true;
    pass(Duration.ofSeconds(5));

    assertThat(way.fault()).isEmpty();
    assertThat(way.state()).isEqualTo(State.UP);
  }

  @Test
  void a_press_of_the_button_asks_dhcp_again() {
    start(CABLE);
    pass(Duration.ofSeconds(5));
    machine.done.clear();

    way.reconnect();
    pass(Duration.ofSeconds(1));

    assertThat(machine.done).containsExactly("up " + Profile.ETHERNET);
  }

  @Test
  void a_board_without_a_radio_works_on_its_cable() {
    machine.radio = false;

    start(NetworkSettings.DEFAULT);

    assertThat(way.state()).isEqualTo(State.UP);
    assertThat(way.fault()).isEmpty();
  }
}
