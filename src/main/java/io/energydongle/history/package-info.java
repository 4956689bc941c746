/**
 * What the meter said over the last months, in minutes and quarter-hours: bounded in memory, saved
 * in files that a power cut cannot spoil. Takes snapshots like any other output; whoever shows the
 * past asks here.
 */
@NullMarked
package io.energydongle.history;

import org.jspecify.annotations.NullMarked;
