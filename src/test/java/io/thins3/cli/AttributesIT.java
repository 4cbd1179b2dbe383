package io.thins3.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.thins3.testing.Await;
import io.thins3.testing.MountCommand;
import io.thins3.testing.S3Server;
import io.thins3.testing.Shell;
import io.thins3.testing.Thins3Process;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/SEMANTICS.md, Attributes, as programs see them on a mount; who may do what. */
@Timeout(200)
class AttributesIT {
  private static final S3Server SERVER = S3Server.shared();

  @TempDir Path temporary = Path.of("/nowhere");

  private final String bucket = SERVER.createBucket();
  private Path mount = Path.of("/nowhere");

  @BeforeEach
  void directory() throws Exception {
    Path open = temporary.toRealPath();
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    mount = Files.createDirectory(open.resolve("mnt"));
  }

  private Thins3Process mounted(String... options) throws Exception {
    return MountCommand.of(SERVER, bucket, mount).mount(options);
  }

  private String sh(String script) throws Exception {
    return Shell.run("bash", "-c", "cd '" + mount + "' && (" + script + ") 2>&1").out().strip();
  }

  /** As user, group and supplementary groups; the directory of the mount is not entered before. */
  private String as(int user, int group, String groups, String script) throws Exception {
    return Shell.run(
            "setpriv",
            "--reuid=" + user,
            "--regid=" + group,
            groups.isEmpty() ? "--clear-groups" : "--groups=" + groups,
            "--",
            "bash",
            "-c",
            "cd '" + mount + "' && (" + script + ") 2>&1")
        .out()
        .strip();
  }

  private static void end(Thins3Process thins3) throws Exception {
    assertThat(thins3.terminate()).as(thins3.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void stat_hasSizeTimeModeOwnerAndBlocks(String transport) throws Exception {
    for (int size : List.of(0, 1, 512, 513, 5000)) {
      SERVER.put(bucket, "d/" + size, new byte[size]);
    }
    long stored =
        SERVER
            .client()
            .headObject(b -> b.bucket(bucket).key("d/513"))
            .lastModified()
            .getEpochSecond();
    Instant before = Instant.now();
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      for (String list : List.of("", "ls -l d > /dev/null; ")) {
        assertThat(sh(list + "stat -c '%n %a %u %g %h %s %b %B %F' d/*").lines())
            .containsExactly(
                "d/0 644 0 0 1 0 0 512 regular empty file",
                "d/1 644 0 0 1 1 1 512 regular file",
                "d/5000 644 0 0 1 5000 10 512 regular file",
                "d/512 644 0 0 1 512 1 512 regular file",
                "d/513 644 0 0 1 513 2 512 regular file");
        assertThat(sh("stat -c '%X %Y %Z' d/513")).isEqualTo(stored + " " + stored + " " + stored);
        assertThat(sh("stat -c '%a %u %g %h %F' . d").lines())
            .containsExactly("755 0 0 1 directory", "755 0 0 1 directory");
        assertThat(Long.parseLong(sh("stat -c %Y d")))
            .as("the time of the mount")
            .isBetween(before.getEpochSecond(), Instant.now().getEpochSecond());
      }
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void inodeNumbers_areThoseOfEveryMountAndOfListings(String transport) throws Exception {
    for (String key : List.of("a", "b", "d/a", "d/b", "d/e/a")) {
      SERVER.put(bucket, key, key.getBytes(UTF_8));
    }
    String first;
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      first = sh("find . | LC_ALL=C sort | xargs stat -c '%i %n'");
      assertThat(first.lines().map(line -> line.split(" ", -1)[0]).distinct()).hasSize(8);
      assertThat(sh("ls -i d | cat").lines().map(line -> line.strip().split(" +", -1)[0]))
          .as("d_ino of readdir(3)")
          .isEqualTo(sh("stat -c %i d/a d/b d/e").lines().toList());
      end(thins3);
    }
    SERVER.put(bucket, "d/a", "another version".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(sh("stat -c '%i ./%n' d/e/a d/a b").lines())
          .as("looked up before anything is listed")
          .isSubsetOf(first.lines().toList());
      assertThat(sh("find . | LC_ALL=C sort | xargs stat -c '%i %n'")).isEqualTo(first);
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void statfs_hasBlocksAllOfThemFree(String transport) throws Exception {
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      String[] all = sh("stat -f -c '%b %f %a %l %c %d' .").split(" ", -1);
      assertThat(Long.parseLong(all[0])).isPositive();
      assertThat(all[1]).isEqualTo(all[0]);
      assertThat(all[2]).isEqualTo(all[0]);
      assertThat(all[3]).isEqualTo("255");
      assertThat(all[5]).as("free inodes").isEqualTo(all[4]).isNotEqualTo("0");
      assertThat(sh("df --output=used,pcent . | tail -1")).isEqualTo("0   0%");
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void defaultModes_withAllowOther_serveOtherUsers(String transport) throws Exception {
    SERVER.put(bucket, "d/f", "content".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--transport", transport, "-o", "allow_other")) {
      assertThat(as(65534, 65534, "", "ls; ls -l d | wc -l; cat d/f")).isEqualTo("d\n2\ncontent");
      assertThat(as(65534, 65534, "", "test -r d/f && ! test -w d/f && ! test -x d/f; echo $?"))
          .isEqualTo("0");
      assertThat(as(65534, 65534, "", "echo x > d/f")).contains("Permission denied");
      assertThat(as(65534, 65534, "", "setfattr -n user.a -v 1 d/f")).contains("Permission denied");
      assertThat(sh("echo x > d/f; cat d/f")).isEqualTo("x");
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void withoutAllowOther_onlyTheOwnerOfTheMountComesIn(String transport) throws Exception {
    SERVER.put(bucket, "f", "content".getBytes(UTF_8));
    try (Thins3Process thins3 = mounted("--transport", transport)) {
      assertThat(as(65534, 65534, "", "cat f")).contains("Permission denied");
      assertThat(sh("cat f")).isEqualTo("content");
      end(thins3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux", "libfuse"})
  void uidGidAndModes_sayWhoMayRead(String transport) throws Exception {
    SERVER.put(bucket, "d/f", "content".getBytes(UTF_8));
    try (Thins3Process thins3 =
        mounted(
            "--transport",
            transport,
            "-o",
            "allow_other",
            "--uid",
            "1234",
            "--gid",
            "2345",
            "--file-mode",
            "0640",
            "--dir-mode",
            "0750")) {
      String content = "content";
      assertThat(sh("stat -c '%a %u %g' . d d/f").lines())
          .containsExactly("750 1234 2345", "750 1234 2345", "640 1234 2345");
      assertThat(as(1234, 1, "", "cat d/f")).as("the owner").isEqualTo(content);
      assertThat(as(1, 2345, "", "cat d/f")).as("the group").isEqualTo(content);
      assertThat(as(1, 1, "7,2345", "cat d/f")).as("a further group").isEqualTo(content);
      assertThat(as(1, 1, "7", "cat d/f")).as("others").contains("Permission denied");
      assertThat(as(1, 2345, "", "test -w d/f; echo $?")).as("access(2)").isEqualTo("1");
      assertThat(as(1, 2345, "", "setfattr -n user.a -v 1 d/f")).contains("Permission denied");
      assertThat(sh("cat d/f")).as("root").isEqualTo(content);
      end(thins3);
    }
  }

  /** So that a probe of the mount point reaches the process, whatever the TTL. */
  @Test
  void root_attributes_areAskedForAgainAfterASecond() throws Exception {
    try (Thins3Process thins3 = mounted("--metadata-ttl", "indefinite", "--debug_fuse")) {
      for (int i = 0; i < 3; i++) {
        long before = asked(thins3);
        Await.until(
            "stat of the mount point reaches the process",
            Duration.ofSeconds(10),
            () -> {
              Shell.run("stat", mount.toString());
              return asked(thins3) > before;
            });
      }
      end(thins3);
    }
  }

  private static long asked(Thins3Process thins3) throws Exception {
    return thins3.output().lines().filter(line -> line.matches(".* (getattr|statx) /: .*")).count();
  }
}
