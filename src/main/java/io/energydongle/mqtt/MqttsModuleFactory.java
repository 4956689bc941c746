// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.net.URI;
import java.util.Set;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;
import org.eclipse.paho.client.mqttv3.spi.NetworkModuleFactory;

/** Makes Paho know {@code mqtts://}. Found by Paho as a service; nobody else needs it. */
public final class MqttsModuleFactory implements NetworkModuleFactory {

  @Override
  public Set<String> getSupportedUriSchemes() {
    return Set.of(Dialer.SCHEME);
  }

  @Override
  public void validateURI(URI brokerUri) {
    // Host and port do not come from here, see Dialer.
  }

  @Override
  public NetworkModule createNetworkModule(
      URI brokerUri, MqttConnectOptions options, String clientId) throws MqttException {
    if (options.getSocketFactory() instanceof Dialer dialer) {
      return new MqttsModule(dialer);
    }
    throw new MqttException(MqttException.REASON_CODE_SOCKET_FACTORY_MISMATCH);
  }
}
