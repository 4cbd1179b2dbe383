package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.MountException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which mount points are taken, made or refused. */
public abstract class MountPointContract extends MountedContract {
  private static MemoryFileSystem sample() {
    return new MemoryFileSystem().file("/file", "content");
  }

  private FuseServer mountAt(Path path) throws MountException {
    return closedAtEnd(builder(sample()).mountPoint(path).mount());
  }

  private MountException refusalAt(Path path, Reason reason) {
    MountException refusal = catchThrowableOfType(MountException.class, () -> mountAt(path));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal).hasMessageContaining(path.toString());
    assertThat(refusal.getMessage()).doesNotContain("\n");
    return refusal;
  }

  @Test
  void mountPoint_missing_refused() {
    assertThat(refusalAt(directory().resolve("none"), Reason.BAD_MOUNT_POINT))
        .hasMessageContaining("does not exist")
        .hasMessageContaining("mkdir -p");
    refusalAt(directory().resolve("none/below"), Reason.BAD_MOUNT_POINT);
  }

  @Test
  void mountPoint_file_refused() throws Exception {
    Path file = Files.createFile(directory().resolve("file"));
    assertThat(refusalAt(file, Reason.BAD_MOUNT_POINT)).hasMessageContaining("not a directory");
    refusalAt(file.resolve("below"), Reason.BAD_MOUNT_POINT);
  }

  @Test
  void mountPoint_notEmpty_refusedUnlessAllowed() throws Exception {
    Files.createFile(in("something"));
    assertThat(refusalAt(mountPoint(), Reason.NOT_EMPTY)).hasMessageContaining("-o nonempty");
    FuseServer server = mount(sample(), "nonempty");
    assertThat(output("ls", mountPoint())).isEqualTo("file");
    server.close();
    assertThat(output("ls", mountPoint())).isEqualTo("something");
  }

  @Test
  void mountPoint_healthyForeignMounts_leftAlone() throws Exception {
    output("mount", "-t", "tmpfs", "some-source", mountPoint());
    Files.createDirectory(in("kept"));
    assertThat(refusalAt(mountPoint(), Reason.MOUNTED_ALREADY))
        .hasMessageContaining("tmpfs from some-source")
        .hasMessageContaining("umount " + mountPoint());
    assertThat(output("ls", mountPoint())).isEqualTo("kept");
    Path bound = Files.createDirectory(directory().resolve("bound"));
    output("mount", "--bind", mountPoint(), bound);
    refusalAt(bound, Reason.MOUNTED_ALREADY);
    assertThat(output("ls", bound)).isEqualTo("kept");
    // Even with nonempty: that is about what lies in a directory.
    MountException refusal =
        catchThrowableOfType(MountException.class, () -> mount(sample(), "nonempty"));
    assertThat(refusal.reason()).isEqualTo(Reason.MOUNTED_ALREADY);
  }

  @Test
  void mountPoint_belowForeignMount_taken() throws Exception {
    output("mount", "-t", "tmpfs", "some-source", mountPoint());
    Path below = Files.createDirectory(in("below"));
    mountAt(below);
    assertThat(Files.readString(below.resolve("file"))).isEqualTo("content");
  }

  @Test
  void mountPoint_symbolicLinks_resolved() throws Exception {
    Path link = Files.createSymbolicLink(directory().resolve("link"), Path.of("link2"));
    Files.createSymbolicLink(directory().resolve("link2"), mountPoint());
    FuseServer server = mountAt(link);
    assertThat(server.mountPoint()).isEqualTo(mountPoint());
    assertThat(Files.readString(in("file"))).isEqualTo("content");
    MountException refusal = catchThrowableOfType(MountException.class, () -> mountAt(link));
    assertThat(refusal.reason()).isEqualTo(Reason.MOUNTED_ALREADY);
  }

  @Test
  void mountPoint_linkInACircle_refused() throws Exception {
    Path link = Files.createSymbolicLink(directory().resolve("link"), Path.of("link"));
    refusalAt(link, Reason.BAD_MOUNT_POINT);
  }

  @Test
  void mountPoint_oddNames_taken() throws Exception {
    for (String name :
        List.of("with space", "comma,and\\backslash", "gr\u00FC\u00DFe \uD83E\uDD8A", "-x")) {
      Path odd = Files.createDirectory(directory().resolve(name));
      try (FuseServer server = mountAt(odd)) {
        assertThat(server.mountPoint()).isEqualTo(odd);
        assertThat(Files.readString(odd.resolve("file"))).isEqualTo("content");
      }
    }
  }

  @Test
  void mountPoint_relativeAndNotNormal_taken() throws Exception {
    Path working = Path.of("").toAbsolutePath();
    mountAt(working.relativize(directory()).resolve("mnt/../mnt/."));
    assertThat(Files.readString(in("file"))).isEqualTo("content");
  }

  @Test
  void createMountPoint_missingChain_made() throws Exception {
    Path deep = directory().resolve("a/b/c");
    closedAtEnd(builder(sample()).mountPoint(deep).createMountPoint(true).mount());
    assertThat(Files.readString(deep.resolve("file"))).isEqualTo("content");
  }

  @Test
  void createMountPoint_overDeadMount_detachedAndMounted() throws Exception {
    try (ChildMount child = ChildMount.mounted(transport(), mountPoint())) {
      child.kill();
    }
    closedAtEnd(builder(sample()).createMountPoint(true).mount());
    assertThat(Files.readString(in("file"))).isEqualTo("content");
  }

  @Test
  void createMountPoint_mountingFails_removedAgain() throws Exception {
    Path deep = directory().resolve("a/b/c");
    MountException refusal =
        catchThrowableOfType(
            MountException.class,
            () ->
                builder(sample())
                    .mountPoint(deep)
                    .createMountPoint(true)
                    .options(List.of("no_such_option"))
                    .mount());
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_OPTION);
    assertThat(Files.exists(directory().resolve("a"))).isFalse();
  }

  @Test
  void createMountPoint_belowAFile_refused() throws Exception {
    Path file = Files.createFile(directory().resolve("file"));
    MountException refusal =
        catchThrowableOfType(
            MountException.class,
            () ->
                builder(sample()).mountPoint(file.resolve("below")).createMountPoint(true).mount());
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_MOUNT_POINT);
  }
}
