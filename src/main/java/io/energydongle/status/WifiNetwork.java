// SPDX-License-Identifier: Apache-2.0
package io.energydongle.status;

/**
 * A Wi-Fi network that was seen.
 *
 * @param ssid its name, not empty.
 * @param signalPercent strength, 0..100.
 * @param security {@code open}, {@code wpa2} when it can be used, or {@code other}.
 */
public record WifiNetwork(String ssid, int signalPercent, String security) {}
