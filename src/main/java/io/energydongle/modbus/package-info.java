/**
 * Modbus TCP: register maps from template files, and the server. Acceptor, framing, checks and
 * connection policy are ours; j2mod decodes requests and encodes answers. The only user of j2mod.
 */
@NullMarked
package io.energydongle.modbus;

import org.jspecify.annotations.NullMarked;
