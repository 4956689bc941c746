// SPDX-License-Identifier: Apache-2.0
package io.energydongle.mqtt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.energydongle.identity.IdentityException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a command was signed by the owner of the fleet. What is signed is the topic, a line feed,
 * and the envelope without {@code sig} as JSON in UTF-8: keys sorted at every depth, no white
 * space, numbers without fraction. The topic is part of it, so that a broker cannot turn a signed
 * {@code ping} into a {@code factory-reset}, nor hand it to another device.
 *
 * <p>Source: {@code platform.md} 1.6, {@code sig}.
 */
final class CommandKey {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SIGNATURE_BYTES = 64;

  private final PublicKey key;

  /** With the Ed25519 key of those who may command. */
  CommandKey(PublicKey key) {
    this.key = key;
  }

  /**
   * Checks a signature.
   *
   * @param topic that the command arrived on.
   * @param root envelope as it came; {@code sig} in Base64.
   * @throws IdentityException with what is wrong.
   */
  void check(String topic, JsonNode root) throws IdentityException {
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(root.path("sig").asText(""));
    } catch (IllegalArgumentException e) {
      throw new IdentityException("sig must be an Ed25519 signature in Base64");
    }
    if (signature.length != SIGNATURE_BYTES) {
      throw new IdentityException(
          "sig must be an Ed25519 signature, "
              + SIGNATURE_BYTES
              + " bytes in Base64, has "
              + signature.length);
    }
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(signedBytes(topic, root));
      if (!check.verify(signature)) {
        throw new IdentityException("sig is not the signature of this command by the command key");
      }
    } catch (GeneralSecurityException e) {
      throw new IdentityException("sig cannot be checked (" + e + ")");
    }
  }

  private static byte[] signedBytes(String topic, JsonNode root) throws IdentityException {
    ObjectNode unsigned = JsonNodeFactory.instance.objectNode();
    unsigned.setAll((ObjectNode) root);
    unsigned.remove("sig");
    try {
      String json = JSON.writeValueAsString(sorted(unsigned));
      return (topic + "\n" + json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IdentityException("the signed bytes cannot be written (" + e + ")");
    }
  }

  private static JsonNode sorted(JsonNode node) throws IdentityException {
    if (node.isObject()) {
      Map<String, JsonNode> fields = new TreeMap<>();
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        fields.put(field.getKey(), sorted(field.getValue()));
      }
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.setAll(fields);
      return object;
    }
    if (node.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      for (JsonNode each : node) {
        array.add(sorted(each));
      }
      return array;
    }
    if (node.isNumber() && !node.isIntegralNumber()) {
      throw new IdentityException("a signed command must not hold numbers with a fraction");
    }
    return node;
  }
}
