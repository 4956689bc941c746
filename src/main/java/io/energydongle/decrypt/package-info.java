/**
 * Encrypted frames to the telegram inside them (Luxembourg, Austria, Poland). A package of its own
 * because it is the only step between line and snapshot that needs cryptography.
 */
@NullMarked
package io.energydongle.decrypt;

import org.jspecify.annotations.NullMarked;
