// SPDX-License-Identifier: Apache-2.0
package io.energydongle.update;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.status.UpdateStatus;

/** The state of updates as JSON, the same for the page and for MQTT. */
public final class UpdateJson {

  private UpdateJson() {}

  /** All that is known; a key that has nothing to say is absent. */
  public static ObjectNode of(UpdateStatus status) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("installed", status.version());
    node.put("state", status.state().code());
    status.target().ifPresent(version -> node.put("version", version));
    if (!status.code().isEmpty()) {
      node.put("code", status.code());
    }
    if (!status.sentence().isEmpty()) {
      node.put("message", status.sentence());
    }
    status.at().ifPresent(at -> node.put("at", at.toString()));
    status.progressPercent().ifPresent(percent -> node.put("progress_percent", percent));
    status.previous().ifPresent(version -> node.put("previous", version));
    status.available().ifPresent(version -> node.put("offered", version));
    status.checkedAt().ifPresent(at -> node.put("checked_at", at.toString()));
    node.put("available", status.unavailable().isEmpty());
    status.unavailable().ifPresent(reason -> node.put("reason", reason));
    return node;
  }
}
