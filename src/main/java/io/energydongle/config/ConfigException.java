// SPDX-License-Identifier: Apache-2.0
package io.energydongle.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; carries every problem of it. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  public ConfigException(List<ConfigProblem> problems) {
    super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** Everything wrong, at least one entry. */
  public List<ConfigProblem> problems() {
    return problems;
  }
}
