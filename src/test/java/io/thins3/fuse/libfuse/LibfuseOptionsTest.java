package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibfuseOptionsTest {
  private static List<String> arguments(boolean debug, String... options) throws MountException {
    return LibfuseOptions.arguments(
        new MountSpec(
            Path.of("/m"), "thins3:b", "thins3", List.of(options), debug, Duration.ofSeconds(20)),
        true);
  }

  @Test
  void arguments_noOptions_onlyDefaults() throws Exception {
    assertThat(String.join(" ", arguments(false)))
        .isEqualTo(
            "thins3 -f -o fsname=thins3:b -o subtype=thins3 -o default_permissions -o use_ino -o"
                + " hard_remove -o big_writes -o atomic_o_trunc -o nonempty /m");
  }

  @Test
  void arguments_otherPlatform_noneOfLinux() throws Exception {
    MountSpec spec =
        new MountSpec(Path.of("/m"), "s", "t", List.of(), false, Duration.ofSeconds(20));
    assertThat(LibfuseOptions.arguments(spec, false))
        .doesNotContain("big_writes", "atomic_o_trunc", "nonempty");
  }

  @Test
  void arguments_debug_notLeftToLibfuse() throws Exception {
    assertThat(arguments(true)).isEqualTo(arguments(false));
  }

  @Test
  void arguments_commasAndBackslashes_escaped() throws Exception {
    assertThat(arguments(false, "context=\"a:b,c\\d\"")).contains("context=\"a:b\\,c\\\\d\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow_other",
        "ro",
        "noatime",
        "nosuid",
        "max_read=131072",
        "attr_timeout=0.5",
        "entry_timeout=60",
        "umask=0022",
        "uid=1000",
        "auto_unmount",
        "no_splice_read"
      })
  void arguments_knownOption_passedOn(String option) throws Exception {
    assertThat(arguments(false, option)).contains("-o", option);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow_othr",
        "kernel_cache",
        "auto_cache",
        "intr",
        "max_read",
        "max_read=",
        "max_read=1k",
        "max_read=-1",
        "attr_timeout=soon",
        "umask=9",
        "uid=root",
        "ro=1",
        "ALLOW_OTHER"
      })
  void arguments_unknownOptionOrBadValue_named(String option) {
    MountException refusal =
        catchThrowableOfType(MountException.class, () -> arguments(false, option));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_OPTION);
    assertThat(refusal).hasMessageStartingWith("-o " + option);
  }
}
