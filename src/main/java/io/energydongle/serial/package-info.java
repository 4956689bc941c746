/** Serial ports: open, reopen, read. The only user of jSerialComm. */
@NullMarked
package io.energydongle.serial;

import org.jspecify.annotations.NullMarked;
