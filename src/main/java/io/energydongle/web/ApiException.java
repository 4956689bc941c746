// SPDX-License-Identifier: Apache-2.0
package io.energydongle.web;

import java.util.List;

/** A request that is answered with an error. */
final class ApiException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * One thing that is wrong.
   *
   * @param code in kebab case.
   * @param message a sentence for people.
   * @param field which setting, such as {@code modbus.max_clients}; empty for none.
   */
  record Fault(String code, String message, String field) {}

  private final int status;
  private final transient List<Fault> faults;
  private final int retryAfterSeconds;

  ApiException(int status, String code, String message) {
    this(status, List.of(new Fault(code, message, "")), 0);
  }

  ApiException(int status, List<Fault> faults, int retryAfterSeconds) {
    super(faults.get(0).message(), null, false, false);
    this.status = status;
    this.faults = List.copyOf(faults);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** HTTP status. */
  int status() {
    return status;
  }

  /** Everything wrong, at least one entry. */
  List<Fault> faults() {
    return faults;
  }

  /** Seconds to wait before the next try; 0 for no advice. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
