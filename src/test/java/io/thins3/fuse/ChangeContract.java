package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes: refused by a read-only file system, whole and in order in a writable one. */
public abstract class ChangeContract extends MountedContract {
  private static MemoryFileSystem sample() {
    return new MemoryFileSystem().file("/file", "content").file("/other", "").directory("/dir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "touch %s/new",
        "touch %s/file",
        "touch -d 2020-01-01 %s/file",
        "echo x > %s/new",
        "echo x > %s/file",
        "echo x >> %s/file",
        "dd if=/etc/passwd of=%s/file conv=notrunc",
        ": <> %s/file",
        "truncate -s 0 %s/file",
        "fallocate -l 10 %s/file",
        "rm -f %s/file",
        "mkdir %s/new",
        "rmdir %s/dir",
        "mv %s/file %s/new",
        "mv %s/file %s/other",
        "mv %s/dir %s/new",
        "ln -s file %s/new",
        "chmod 600 %s/file",
        "chown 1:1 %s/file",
        "chgrp 1 %s/dir",
        "mknod %s/new p || mkdir %s/new"
      })
  void change_readOnlyFileSystem_erofs(String command) throws Exception {
    mount(sample());
    Ran outcome = run("sh", "-c", command.replace("%s", mountPoint().toString()));
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("Read-only file system");
    assertThat(Files.readString(in("file"))).isEqualTo("content");
    assertThat(output("ls", mountPoint())).isEqualTo("dir\nfile\nother");
  }

  @Test
  void xattr_readOnlyFileSystem_notSet() throws Exception {
    mount(sample());
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(in("file"), UserDefinedFileAttributeView.class);
    assertThatThrownBy(() -> view.write("name", ByteBuffer.wrap(new byte[] {1})))
        .hasMessageContaining("Read-only file system");
    assertThat(view.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ln %s/file %s/new", "mknod %s/new p", "mknod %s/new c 1 3"})
  void hardLinksAndDevices_writableFileSystem_eperm(String command) throws Exception {
    mount(sample().writable());
    Ran outcome = run("sh", "-c", command.replace("%s", mountPoint().toString()));
    assertThat(outcome.output()).contains("Operation not permitted");
    assertThat(Files.exists(in("new"))).isFalse();
  }

  @Test
  void option_ro_kernelRefusesChanges() throws Exception {
    MemoryFileSystem fileSystem = sample().writable();
    mount(fileSystem, "ro");
    assertThat(run("touch", in("new")).output()).contains("Read-only file system");
    assertThat(fileSystem.calls("create") + fileSystem.calls("mknod")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4097, 131_072, 131_073, 1_048_577})
  void write_newFile_sameBytesBack(int size) throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem().writable();
    mount(fileSystem);
    byte[] bytes = MemoryContent.patternBytes(0, size, 7);
    Files.write(in("new"), bytes);
    assertThat(Files.readAllBytes(in("new"))).isEqualTo(bytes);
    assertThat(Files.size(in("new"))).isEqualTo(size);
    assertThat(fileSystem.at("/new").content.size()).isEqualTo(size);
    Eventually.await("all handles are released", () -> fileSystem.openHandles() == 0);
  }

  @Test
  void write_answeredByOtherThreads_wholeFile() throws Exception {
    ExecutorService answering = Executors.newFixedThreadPool(3);
    try {
      mount(new MemoryFileSystem().writable().answerReadsOn(answering));
      byte[] bytes = MemoryContent.patternBytes(0, 2_000_000, 8);
      Files.write(in("new"), bytes);
      assertThat(Files.readAllBytes(in("new"))).isEqualTo(bytes);
    } finally {
      answering.shutdown();
    }
  }

  @Test
  void write_inPlaceAppendAndSparse_asOnDisk() throws Exception {
    mount(sample().writable());
    try (FileChannel file =
        FileChannel.open(in("file"), StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      file.write(ByteBuffer.wrap(new byte[] {'C'}), 0);
      file.write(ByteBuffer.wrap(new byte[] {'!'}), 9);
      file.force(false);
      file.force(true);
    }
    assertThat(Files.readString(in("file"))).isEqualTo("Content\0\0!");
    Files.writeString(in("file"), "more", StandardOpenOption.APPEND);
    assertThat(Files.readString(in("file"))).isEqualTo("Content\0\0!more");
    output("truncate", "-s", "4", in("file"));
    assertThat(Files.readString(in("file"))).isEqualTo("Cont");
    output("truncate", "-s", "6", in("file"));
    assertThat(Files.readString(in("file"))).isEqualTo("Cont\0\0");
    output("fallocate", "-l", "8", in("file"));
    assertThat(Files.size(in("file"))).isEqualTo(8);
    Files.writeString(in("file"), "short");
    assertThat(Files.readString(in("file"))).isEqualTo("short");
  }

  @Test
  void tree_makeMoveAndRemove_asOnDisk() throws Exception {
    MemoryFileSystem fileSystem = sample().writable();
    mount(fileSystem);
    output("mkdir", "-p", in("a/b/c"));
    output("mv", in("file"), in("a/b/moved"));
    output("mv", in("a/b"), in("top"));
    assertThat(Files.readString(in("top/moved"))).isEqualTo("content");
    output("mv", in("top/moved"), in("other"));
    assertThat(Files.readString(in("other"))).isEqualTo("content");
    output("ln", "-s", "target \uD83E\uDD8A", in("link"));
    assertThat(Files.readSymbolicLink(in("link"))).isEqualTo(Path.of("target \uD83E\uDD8A"));
    assertThat(run("rmdir", in("top")).output()).contains("Directory not empty");
    output("rm", "-r", in("top"), in("a"), in("link"), in("dir"));
    assertThat(output("ls", mountPoint())).isEqualTo("other");
    assertThat(fileSystem.at("/other").ino).isEqualTo(2);
  }

  @Test
  void unlink_openFile_handleGoesOnAndNameIsFree() throws Exception {
    mount(sample().writable());
    try (FileChannel file = FileChannel.open(in("file"))) {
      Files.delete(in("file"));
      assertThat(output("ls", "-A", mountPoint())).isEqualTo("dir\nother");
      ByteBuffer buffer = ByteBuffer.allocate(20);
      assertThat(file.read(buffer)).isEqualTo(7);
      Files.writeString(in("file"), "another");
      assertThat(Files.readString(in("file"))).isEqualTo("another");
    }
  }

  @Test
  void setattr_modeOwnerAndTimes_onlyWhatIsAskedFor() throws Exception {
    MemoryFileSystem fileSystem = sample().writable();
    mount(fileSystem);
    output("chmod", "2750", in("file"));
    output("chown", "12:34", in("file"));
    output("chgrp", "56", in("file"));
    output("touch", "-m", "-d", "2001-02-03T04:05:06.000000007Z", in("file"));
    assertThat(output("stat", "-c", "%u %g %.9Y %.9X", in("file")))
        .isEqualTo("12 56 981173106.000000007 1700000000.123456789");
    output("touch", "-a", "-d", "1960-01-01T00:00:00Z", in("file"));
    assertThat(output("stat", "-c", "%.9Y %X", in("file")))
        .isEqualTo("981173106.000000007 -315619200");
    long before = System.currentTimeMillis() / 1000 - 5;
    output("touch", in("file"));
    assertThat(Long.parseLong(output("stat", "-c", "%Y", in("file")))).isGreaterThan(before);
    assertThat(fileSystem.at("/file").permissions & 0777).isEqualTo(0750);
  }

  @Test
  void xattr_setListGetRemove_sameBytes() throws Exception {
    mount(sample().writable());
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(in("file"), UserDefinedFileAttributeView.class);
    byte[] value = {0, -1, 10, 13, 127};
    view.write("one", ByteBuffer.wrap(value));
    view.write("gr\u00FC\u00DFe", ByteBuffer.wrap(new byte[0]));
    assertThat(view.list()).isEqualTo(List.of("one", "gr\u00FC\u00DFe"));
    assertThat(view.size("one")).isEqualTo(5);
    ByteBuffer read = ByteBuffer.allocate(5);
    view.read("one", read);
    assertThat(read.array()).isEqualTo(value);
    assertThatThrownBy(() -> view.read("one", ByteBuffer.allocate(4)))
        .hasMessageContaining("Insufficient space in buffer");
    view.delete("one");
    assertThat(view.list()).containsExactly("gr\u00FC\u00DFe");
    assertThatThrownBy(() -> view.size("one")).hasMessageContaining("No data available");
  }

  @Test
  void flushAndFsync_reachTheFileSystem() throws Exception {
    MemoryFileSystem fileSystem = sample().writable();
    mount(fileSystem);
    output("dd", "if=/etc/passwd", "of=" + in("new"), "conv=fsync", "status=none");
    assertThat(fileSystem.calls("fsync")).isEqualTo(1);
    assertThat(fileSystem.calls("flush")).isPositive();
    output("dd", "if=/etc/passwd", "of=" + in("new"), "conv=fdatasync", "status=none");
    assertThat(fileSystem.calls("fdatasync")).isEqualTo(1);
    output("sync", in("dir"));
    assertThat(fileSystem.calls("fsyncdir")).isEqualTo(1);
  }
}
