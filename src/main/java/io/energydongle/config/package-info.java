/**
 * The two kinds of configuration: the board file (what is soldered and installed, read-only) and
 * the settings (what the user chooses). One record a section with its defaults beside it; every
 * problem is found and reported at once.
 */
@NullMarked
package io.energydongle.config;

import org.jspecify.annotations.NullMarked;
