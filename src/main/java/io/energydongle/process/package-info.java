// SPDX-License-Identifier: Apache-2.0
/** Child processes. */
@NullMarked
package io.energydongle.process;

import org.jspecify.annotations.NullMarked;
