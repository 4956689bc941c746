// SPDX-License-Identifier: Apache-2.0
/**
 * MQTT over TLS: one thread that keeps a connection to the broker, publishes the newest reading,
 * keeps minutes while the broker is away, and obeys commands. Stands behind the snapshot and asks
 * nothing of the reader. The only user of Paho, of which nothing shows outside.
 */
@NullMarked
package io.energydongle.mqtt;

import org.jspecify.annotations.NullMarked;
