package io.thins3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import io.thins3.meta.CacheLimits;
import org.junit.jupiter.api.Test;

class MetadataMemoryTest {
  private static final long HEAP = 256L << 20;

  @Test
  void limits_nothingAsked_aQuarterOfTheHeap() throws UserException {
    assertThat(MetadataMemory.limits(null, HEAP)).isEqualTo(CacheLimits.ofBytes(64L << 20));
  }

  @Test
  void limits_asked_areThat() throws UserException {
    assertThat(MetadataMemory.limits(100L << 20, HEAP)).isEqualTo(CacheLimits.ofBytes(100L << 20));
  }

  @Test
  void limits_moreThanTheHeapHolds_refusedWithWhatToDo() {
    assertThatThrownBy(() -> MetadataMemory.limits(300L << 20, HEAP))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessage(
            "metadata-memory of 300 MiB does not fit into a heap of 256 MiB, of which it may take"
                + " 60 %: set THINS3_JAVA_OPTS=-Xmx564m, or a smaller metadata-memory");
  }
}
