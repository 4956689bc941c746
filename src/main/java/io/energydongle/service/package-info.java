/**
 * Life as a service of systemd: says when the gateway is ready and that it still makes progress.
 * Stands beside the flow of readings and knows nothing of it.
 */
@NullMarked
package io.energydongle.service;

import org.jspecify.annotations.NullMarked;
