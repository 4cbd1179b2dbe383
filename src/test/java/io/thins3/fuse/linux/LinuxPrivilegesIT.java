package io.thins3.fuse.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.fuse.MemoryFileSystem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that somebody else has changed runs with nobody's rights but the caller's. */
class LinuxPrivilegesIT extends LinuxMounted {
  private void mountProgram(String mode) throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem().writable().file("/program", "code");
    serve(fileSystem.ttl(Duration.ofMinutes(5)), "allow_other");
    output("chmod", mode, in("program"));
    assertThat(mode()).isEqualTo(mode);
  }

  private String mode() {
    // Asked for the mode alone the kernel answers from what it has, until its time is over: a WRITE
    // and an OPEN make it doubt only times and sizes.
    return output("stat", "-c", "%a %s", in("program")).replaceFirst(" .*", "");
  }

  private static void asNobody(String script, Object file) {
    output(
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--",
        "sh",
        "-c",
        script,
        file);
  }

  /** Through the page cache and past it, as the handle is opened. */
  @ParameterizedTest
  @CsvSource({
    "echo x >> $0, 4777, 777",
    "echo x >> $0, 6777, 777",
    "echo x >> $0, 2767, 2767",
    "echo x 1<> $0, 4777, 777",
    ": > $0, 4777, 777",
    "truncate -s 2 $0, 4777, 777",
    "cat < $0 > /dev/null, 4777, 4777"
  })
  void change_byAnOrdinaryUser_takesPrivilegesAway(String script, String before, String after)
      throws Exception {
    mountProgram(before);
    asNobody(script, in("program"));
    assertThat(mode()).isEqualTo(after);
  }

  @Test
  void chown_byRoot_takesPrivilegesAway() throws Exception {
    mountProgram("4777");
    output("chown", "1:1", in("program"));
    assertThat(mode()).isEqualTo("777");
  }

  @Test
  void write_byRoot_leavesThem() throws Exception {
    mountProgram("4777");
    output("sh", "-c", "echo x >> $0", in("program"));
    assertThat(mode()).isEqualTo("4777");
  }
}
