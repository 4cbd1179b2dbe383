package io.thins3.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MountTableTest {
  @Test
  void mountPoints_escapedBlanks_areResolved() {
    String mountinfo =
        """
        22 28 0:20 / /sys rw,nosuid - sysfs sysfs rw
        90 28 0:45 / /tmp/with\\040blank rw - fuse.s3fs s3fs rw,user_id=0
        """;

    assertThat(MountTable.mountPoints(mountinfo)).containsExactly("/sys", "/tmp/with blank");
  }
}
