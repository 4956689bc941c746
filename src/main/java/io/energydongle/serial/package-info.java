/** Serial ports: open, read, write. The only user of jSerialComm. */
@NullMarked
package io.energydongle.serial;

import org.jspecify.annotations.NullMarked;
