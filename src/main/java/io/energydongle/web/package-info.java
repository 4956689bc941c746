/**
 * The web page and the HTTP API. Sees snapshots, states and settings, and reaches the rest of the
 * program through small interfaces of its own. Only user of Javalin.
 */
@NullMarked
package io.energydongle.web;

import org.jspecify.annotations.NullMarked;
