// SPDX-License-Identifier: Apache-2.0
package io.energydongle.service;

/** Takes what the service manager wants to know. Never fails and never waits for long. */
public interface Notifier {

  /** Says one thing, for instance {@code READY=1}. Source: sd_notify(3). */
  void say(String state);
}
