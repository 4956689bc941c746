// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.energydongle.identity.IdentityException;
import io.energydongle.status.MqttStatus.State;
import io.energydongle.testkit.Broker;
import io.energydongle.testkit.Broker.Door;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new certificate for an old device. Expected behaviour: {@code platform.md} section 2. */
class CertificateRenewalTest {

  @TempDir static Path brokerDir;
  private static Broker broker;

  @TempDir Path dir;
  private Path folder;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(brokerDir);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void becomeADevice() throws Exception {
    folder = broker.identity(dir.resolve("identity"), "device");
  }

  private Device device() {
    return new Device(dir.resolve("state"), folder, Device.settings(broker.port(Door.CERTIFICATE)));
  }

  private BigInteger inUse(Device device) throws IdentityException {
    return device.certificates().inUse().orElseThrow().certificate().getSerialNumber();
  }

  @Test
  void a_signed_request_is_used_once_a_broker_has_accepted_it() throws Exception {
    try (Device device = device().awaitOnline()) {
      BigInteger before = inUse(device);
      DeviceCertificates certificates = device.certificates();
      String request = certificates.request(Broker.SERIAL);
      assertThat(certificates.request(Broker.SERIAL)).isEqualTo(request);
      certificates.bring(broker.sign(request, "", -1, 100), Broker.SERIAL, Instant.now());
      assertThat(certificates.isRequested()).isFalse();
      assertThat(inUse(device)).as("not yet accepted").isEqualTo(before);
      BigInteger brought = certificates.waiting().orElseThrow().certificate().getSerialNumber();
      device.publisher().certificateBrought();
      await().until(() -> certificates.waiting().isEmpty());
      device.awaitOnline();
      assertThat(inUse(device)).isEqualTo(brought).isNotEqualTo(before);
      assertThat(Files.getPosixFilePermissions(dir.resolve("state/renewed-identity/renewed.pem")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    try (Device later = device().awaitOnline()) {
      assertThat(later.status().warnings()).isEmpty();
    }
  }

  @Test
  void the_old_one_stays_in_use_when_the_broker_refuses_the_new_one() throws Exception {
    try (Device device = device().awaitOnline()) {
      BigInteger before = inUse(device);
      DeviceCertificates certificates = device.certificates();
      String unknown = broker.sign(certificates.request(Broker.SERIAL), "other", -1, 100);
      certificates.bring(unknown, Broker.SERIAL, Instant.now());
      device.publisher().certificateBrought();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  device.status().state() == State.ONLINE && !device.status().warnings().isEmpty());
      assertThat(device.status().warnings())
          .singleElement()
          .asString()
          .startsWith("The new device certificate was not accepted, the old one is tried");
      assertThat(inUse(device)).isEqualTo(before);
    }
  }

  @Test
  void a_broker_that_cannot_be_believed_says_nothing_of_the_new_one() throws Exception {
    try (Device device = device().awaitOnline()) {
      DeviceCertificates certificates = device.certificates();
      String good = broker.sign(certificates.request(Broker.SERIAL), "", -1, 100);
      device.publisher().use(Device.settings(broker.port(Door.OTHER_NAME)));
      certificates.bring(good, Broker.SERIAL, Instant.now());
      device.publisher().certificateBrought();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> device.status().code().equals("wrong-name"));
      assertThat(device.status().warnings()).isEmpty();
    }
  }

  /** The request is closed by then, and its key is that of the certificate that waits. */
  @Test
  void a_certificate_that_no_broker_took_can_be_brought_again_signed_better() throws Exception {
    DeviceCertificates certificates = new DeviceIdentity(folder).certificates();
    String request = certificates.request(Broker.SERIAL);
    certificates.bring(broker.sign(request, "other", -1, 100), Broker.SERIAL, Instant.now());
    BigInteger unknown = certificates.waiting().orElseThrow().certificate().getSerialNumber();
    certificates.bring(broker.sign(request, "", -1, 100), Broker.SERIAL, Instant.now());
    BigInteger brought = certificates.waiting().orElseThrow().certificate().getSerialNumber();
    assertThat(brought).isNotEqualTo(unknown);
  }

  @Test
  void what_cannot_be_the_certificate_of_this_device_is_refused_with_the_reason() throws Exception {
    DeviceCertificates certificates = new DeviceIdentity(folder).certificates();
    String request = certificates.request(Broker.SERIAL);
    refuse(certificates, "nonsense", "must hold a certificate in PEM");
    refuse(
        certificates,
        Files.readString(broker.serverCertificate()),
        "must be the certificate of a key of this device");
    refuse(certificates, broker.sign(request, "", -30, -1), "must not be over");
    refuse(certificates, broker.sign(request, "", 1, 30), "must have begun already");
    String good = broker.sign(request, "", -1, 30);
    assertThatThrownBy(() -> certificates.bring(good, "EDOTHER2", Instant.now()))
        .isInstanceOf(IdentityException.class)
        .hasMessage("must be made out to EDOTHER2, the serial number; is made out to EDTEST23");
    assertThat(certificates.waiting()).isEmpty();
    assertThat(certificates.request(Broker.SERIAL)).as("still open").isEqualTo(request);
    certificates.cancelRequest();
    assertThat(certificates.isRequested()).isFalse();
  }

  private static void refuse(DeviceCertificates certificates, String text, String reason) {
    assertThatThrownBy(() -> certificates.bring(text, Broker.SERIAL, Instant.now()))
        .isInstanceOf(IdentityException.class)
        .hasMessageStartingWith(reason);
  }
}
