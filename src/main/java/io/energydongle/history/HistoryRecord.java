// SPDX-License-Identifier: Apache-2.0
package io.energydongle.history;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the meter said in one interval. Empty means that no reading of the interval said it; zero
 * means the meter said zero. Powers are import minus export, so negative while exporting.
 *
 * @param startSecond seconds since 1970 at which the interval starts; a multiple of its length.
 * @param meanWatt mean over the readings, W, half a watt rounded up.
 * @param minWatt smallest reading, W.
 * @param maxWatt largest reading, W.
 * @param importWattHour counter at the end of the interval, all tariffs, Wh, 0 or more.
 * @param exportWattHour counter at the end of the interval, all tariffs, Wh, 0 or more.
 * @param gasLitre counter at the end of the interval, dm3, 0 or more.
 * @param waterLitre counter at the end of the interval, dm3, 0 or more.
 * @param series 1 or more; another number means that the electricity counters of the two records
 *     have nothing to do with each other (another meter, or counters that went back).
 * @param lagSeconds how long before the end of the interval its last reading came; large when the
 *     meter fell silent or the gateway stopped in the middle.
 */
public record HistoryRecord(
    long startSecond,
    OptionalInt meanWatt,
    OptionalInt minWatt,
    OptionalInt maxWatt,
    OptionalLong importWattHour,
    OptionalLong exportWattHour,
    OptionalLong gasLitre,
    OptionalLong waterLitre,
    int series,
    int lagSeconds) {}
