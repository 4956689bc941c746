/** What several tests need: samples, captures, and a pipeline that keeps what it made. */
@NullMarked
package io.energydongle.testkit;

import org.jspecify.annotations.NullMarked;
