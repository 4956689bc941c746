/** State of the device as records: what the light, the page and the log show. */
@NullMarked
package io.energydongle.status;

import org.jspecify.annotations.NullMarked;
