/**
 * French TIC in both modes: what the labels of a frame mean, and the rules by which they become a
 * reading. Frames arrive with their checksums verified.
 */
@NullMarked
package io.energydongle.telegram.tic;

import org.jspecify.annotations.NullMarked;
