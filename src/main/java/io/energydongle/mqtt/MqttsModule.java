// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;

/** What Paho sees of a connection. */
final class MqttsModule implements NetworkModule {

  private final Dialer dialer;

  MqttsModule(Dialer dialer) {
    this.dialer = dialer;
  }

  @Override
  public void start() throws IOException {
    dialer.dial();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return dialer.input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return dialer.output();
  }

  @Override
  public void stop() {
    dialer.close();
  }

  @Override
  public String getServerURI() {
    return Dialer.URI;
  }
}
