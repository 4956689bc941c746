// SPDX-License-Identifier: Apache-2.0
package io.energydongle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.energydongle.app.CommandLine.Command;
import io.energydongle.app.CommandLine.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  private static CommandLine parse(String... words) throws UsageException {
    return CommandLine.parse(List.of(words));
  }

  @Test
  void nothing_means_run() throws UsageException {
    CommandLine line = parse();
    assertThat(line.command()).isEqualTo(Command.RUN);
    assertThat(line.board()).isEmpty();
    assertThat(line.simulate()).isEmpty();
  }

  @Test
  void options_may_come_without_the_command_run() throws UsageException {
    CommandLine line = parse("--board", "b.toml", "--state=dir", "--simulate=emucs");
    assertThat(line.command()).isEqualTo(Command.RUN);
    assertThat(line.board()).hasValue(Path.of("b.toml"));
    assertThat(line.state()).hasValue(Path.of("dir"));
    assertThat(line.simulate()).hasValue("emucs");
  }

  @Test
  void the_last_of_two_options_counts() throws UsageException {
    assertThat(parse("--simulate", "--simulate=noise").simulate()).hasValue("noise");
    assertThat(parse("run", "--simulate=noise", "--simulate").simulate()).hasValue("");
  }

  @Test
  void decode_takes_files_and_standard_input() throws UsageException {
    CommandLine line = parse("decode", "--kind", "p1", "a.txt", "-", "b.txt");
    assertThat(line.command()).isEqualTo(Command.DECODE);
    assertThat(line.files()).containsExactly(Path.of("a.txt"), Path.of("-"), Path.of("b.txt"));
  }

  @Test
  void provision_takes_a_board_file_and_a_serial_number() throws UsageException {
    CommandLine line = parse("provision", "--board", "b.toml", "--serial=ED-7");
    assertThat(line.command()).isEqualTo(Command.PROVISION);
    assertThat(line.board()).hasValue(Path.of("b.toml"));
    assertThat(line.serial()).hasValue("ED-7");
    assertThat(parse("provision").serial()).isEmpty();
  }

  @Test
  void help_and_version_win_over_everything() throws UsageException {
    assertThat(parse("--help").command()).isEqualTo(Command.HELP);
    assertThat(parse("decode", "--help").command()).isEqualTo(Command.HELP);
    assertThat(parse("--version").command()).isEqualTo(Command.VERSION);
  }

  @ParameterizedTest
  @CsvSource({
    "fly, unknown command \"fly\"",
    "--fly, unknown word \"--fly\" for run",
    "run file.txt, unknown word \"file.txt\" for run",
    "check --simulate, unknown word \"--simulate\" for check",
    "decode --board x, unknown word \"--board\" for decode",
    "decode -x, unknown word \"-x\" for decode",
    "--board, --board needs a value",
    "--board=, --board needs a value",
    "decode --kind gas, --kind must be",
    "provision --serial a/b, --serial must be 1 to 64",
    "provision --state d, unknown word \"--state\" for provision",
    "run --serial x, unknown word \"--serial\" for run",
  })
  void unknown_words_are_refused_in_one_line_that_points_to_the_help(
      String words, String expected) {
    assertThatThrownBy(() -> parse(words.split(" ", -1)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(expected)
        .hasMessageEndingWith("; see --help")
        .hasMessageNotContaining("\n");
  }

  @Test
  void the_help_names_every_command_and_option() {
    assertThat(CommandLine.HELP)
        .contains("run", "decode", "check", "--board", "--state", "--simulate", "--kind")
        .contains("provision", "--serial")
        .contains("--help", "--version");
  }
}
