// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.Optional;

/** How secrets stand in the JSON of a section. */
public enum SecretForm {
  /** As they are: for the file that only the daemon reads. */
  PLAIN {
    @Override
    void put(ObjectNode node, String key, Optional<Secret> secret) {
      secret.ifPresent(s -> node.put(key, HexFormat.of().formatHex(s.reveal())));
    }

    @Override
    void putText(ObjectNode node, String key, Optional<Secret> secret) {
      secret.ifPresent(s -> node.put(key, s.text()));
    }
  },
  /** Only whether there is one: for everybody else. */
  HIDDEN {
    @Override
    void put(ObjectNode node, String key, Optional<Secret> secret) {
      node.putObject(key).put("set", secret.isPresent());
    }

    @Override
    void putText(ObjectNode node, String key, Optional<Secret> secret) {
      put(node, key, secret);
    }
  };

  /** Puts a secret of bytes into a section. */
  abstract void put(ObjectNode node, String key, Optional<Secret> secret);

  /** Puts a secret that is a text into a section. */
  abstract void putText(ObjectNode node, String key, Optional<Secret> secret);
}
