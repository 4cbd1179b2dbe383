package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.MountException.Reason;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The life of a mount: proved to be there, ended from inside and outside, nothing left behind. */
public abstract class LifeContract extends MountedContract {
  private static final Duration END = Duration.ofSeconds(30);

  private static MemoryFileSystem sample() {
    return new MemoryFileSystem().file("/file", MemoryContent.pattern(300_000, 1));
  }

  @Test
  void mount_done_standsInMountInfoAndAnswers() throws Exception {
    FuseServer server = mount(sample());
    MountInfo top = top();
    assertThat(top).isNotNull();
    assertThat(top)
        .extracting(MountInfo::type, MountInfo::source)
        .containsExactly("fuse.thins3", "thins3:test");
    assertThat(server.mountPoint()).isEqualTo(mountPoint());
    assertThat(server.ended()).isFalse();
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
  }

  @Test
  void mount_options_shownByTheKernel() throws Exception {
    mount(sample(), "noatime,nosuid,nodev,noexec,allow_other", "ro,max_read=65536");
    MountInfo top = top();
    assertThat(top).isNotNull();
    if (top != null) {
      assertThat(top.mountOptions()).contains("ro", "noatime", "nosuid", "nodev", "noexec");
      assertThat(top.superOptions())
          .contains("default_permissions", "allow_other", "max_read=65536");
    }
  }

  @Test
  void mount_fsnameAndSubtypeOptions_override() throws Exception {
    mount(sample(), "fsname=other:source,subtype=x-y.z");
    assertThat(top())
        .extracting(MountInfo::type, MountInfo::source)
        .containsExactly("fuse.x-y.z", "other:source");
  }

  @Test
  void mount_unknownOptionOrBadValue_refusedByName() throws Exception {
    for (String option :
        List.of("no_such_option", "max_read=abc", "allow_other=1", "max_read", "fsname=a b")) {
      MountException refusal =
          catchThrowableOfType(MountException.class, () -> mount(sample(), option));
      assertThat(refusal).as(option).isNotNull();
      assertThat(refusal.reason()).isEqualTo(Reason.BAD_OPTION);
      assertThat(refusal).hasMessageContaining(option);
      assertThat(refusal.getMessage()).doesNotContain("\n");
      assertThat(top()).isNull();
    }
  }

  @Test
  void close_idle_unmountedAndEnded() throws Exception {
    FuseServer server = mount(sample());
    server.close();
    assertThat(server.ended()).isTrue();
    assertThat(top()).isNull();
    server.close();
    server.unmount();
    server.awaitEnd();
  }

  @Test
  void umount_fromOutside_endsTheServer() throws Exception {
    FuseServer server = mount(sample());
    output("umount", mountPoint());
    assertThat(server.awaitEnd(END)).isTrue();
    assertThat(server.ended()).isTrue();
    server.close();
  }

  @Test
  void close_fileOpen_detachedAndServedUntilClosed() throws Exception {
    FuseServer server = closedAtEnd(builder(sample()).drainTimeout(Duration.ofMillis(100)).mount());
    byte[] first = new byte[10];
    try (InputStream in = Files.newInputStream(in("file"))) {
      assertThat(in.readNBytes(first, 0, 10)).isEqualTo(10);
      server.close();
      assertThat(top()).isNull();
      assertThat(server.ended()).isFalse();
      assertThat(in.readAllBytes()).isEqualTo(MemoryContent.patternBytes(10, 299_990, 1));
    }
    assertThat(server.awaitEnd(END)).isTrue();
  }

  @Test
  void close_underLoad_ends() throws Exception {
    FuseServer server = mount(sample());
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger[] read = new AtomicInteger[4];
    ExecutorService threads = Executors.newFixedThreadPool(read.length);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < read.length; i++) {
        AtomicInteger count = new AtomicInteger();
        read[i] = count;
        readers.add(
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    try {
                      assertThat(Files.readAllBytes(in("file"))).hasSize(300_000);
                      count.incrementAndGet();
                    } catch (java.io.IOException e) {
                      return; // unmounted
                    }
                  }
                }));
      }
      Eventually.await(
          "everybody reads", () -> Arrays.stream(read).allMatch(count -> count.get() > 0));
      server.close();
      assertThat(server.awaitEnd(END)).isTrue();
      stop.set(true);
      for (Future<?> reader : readers) {
        reader.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(top()).isNull();
  }

  @Test
  void mountAndClose_manyTimes_worksEachTime() throws Exception {
    for (int i = 0; i < 30; i++) {
      MemoryFileSystem fileSystem = sample();
      FuseServer server = mount(fileSystem);
      // More calls than the thousand after which threads of libfuse stay with the JVM.
      for (int read = 0; read < (i % 5 == 0 ? 400 : 3); read++) {
        try (FileChannel file = FileChannel.open(in("file"))) {
          assertThat(file.size()).isEqualTo(300_000);
        }
      }
      server.close();
      assertThat(server.ended()).isTrue();
      assertThat(fileSystem.openHandles()).isZero();
    }
  }

  @Test
  void close_foreignMountOnTop_leftAlone() throws Exception {
    FuseServer server = closedAtEnd(builder(sample()).drainTimeout(Duration.ofMillis(100)).mount());
    output("mount", "-t", "tmpfs", "foreign", mountPoint());
    server.close();
    assertThat(top()).extracting(MountInfo::source).isEqualTo("foreign");
    assertThat(server.ended()).isFalse();
    output("umount", mountPoint());
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
    server.close();
    assertThat(server.awaitEnd(END)).isTrue();
    assertThat(top()).isNull();
  }

  @Test
  void close_endedAndMountedAnewByOthers_leftAlone() throws Exception {
    FuseServer server = mount(sample());
    output("umount", mountPoint());
    assertThat(server.awaitEnd(END)).isTrue();
    output("mount", "-t", "tmpfs", "foreign", mountPoint());
    server.close();
    assertThat(top()).extracting(MountInfo::source).isEqualTo("foreign");
  }

  @Test
  void mount_ownMountAlreadyThere_refused() throws Exception {
    mount(sample());
    MountException refusal = catchThrowableOfType(MountException.class, () -> mount(sample()));
    assertThat(refusal.reason()).isEqualTo(Reason.MOUNTED_ALREADY);
    assertThat(refusal)
        .hasMessageContaining(mountPoint().toString())
        .hasMessageContaining("fuse.thins3 from thins3:test")
        .hasMessageContaining("umount");
  }

  @Test
  void mount_overDeadMounts_detachedAndMounted() throws Exception {
    // What repeated crashes leave: dead mounts on top of each other.
    Path store = Files.createDirectory(directory().resolve("elsewhere"));
    for (int i = 0; i < 3; i++) {
      try (ChildMount child = ChildMount.mounted(transport(), store)) {
        output("mount", "--bind", store, mountPoint());
        child.kill();
      }
      assertThat(run("stat", "-f", mountPoint()).output())
          .contains("Transport endpoint is not connected");
      output("umount", "-l", store);
    }
    mount(sample());
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
    assertThat(
            MountTable.system().read().mounts().stream()
                .filter(mount -> mount.mountPoint().equals(mountPoint().toString())))
        .hasSize(1);
  }

  @Test
  void mount_rightAfterKill_noticesTheDeadMount() throws Exception {
    try (ChildMount child = ChildMount.mounted(transport(), mountPoint(), "allow_other")) {
      // The kernel goes on answering stat from attributes that it has, for their time to live.
      assertThat(Files.exists(in("hello.txt"))).isTrue();
      child.kill();
    }
    mount(sample());
    assertThat(Files.size(in("file"))).isEqualTo(300_000);
  }

  @Test
  void mount_hangingForeignMount_refusedAndTheProcessCanEnd() throws Exception {
    try (ChildMount hanging =
        ChildMount.start(
            transport(), mountPoint(), Map.of(), List.of(), List.of("-Dstall=true"), List.of())) {
      hanging.expect("mounted");
      // A thread that waits for a hanging server keeps its process from ending, so this one must
      // not look at the mount by itself.
      try (ChildMount second =
          ChildMount.start(transport(), mountPoint(), Map.of(), List.of(), List.of(), List.of())) {
        assertThat(second.exitCode()).isEqualTo(2);
        assertThat(second.rest())
            .contains("MOUNTED_ALREADY", "does not answer", "fuse.thins3 from thins3:child");
      }
      assertThat(top()).extracting(MountInfo::source).isEqualTo("thins3:child");
    }
  }

  @Test
  void mount_twoAtOnce_independent() throws Exception {
    Path other = Files.createDirectory(directory().resolve("other"));
    FuseServer first = mount(sample());
    FuseServer second =
        closedAtEnd(
            builder(new MemoryFileSystem().file("/file", "other")).mountPoint(other).mount());
    assertThat(Files.readString(other.resolve("file"))).isEqualTo("other");
    first.close();
    assertThat(first.ended()).isTrue();
    assertThat(second.ended()).isFalse();
    assertThat(Files.readString(other.resolve("file"))).isEqualTo("other");
    second.close();
    assertThat(second.ended()).isTrue();
  }

  @Test
  void process_exitWithoutClose_doesNotHang() throws Exception {
    try (ChildMount child = ChildMount.mounted(transport(), mountPoint())) {
      assertThat(Files.readString(in("hello.txt"))).isEqualTo("hello\n");
      child.say("exit");
      assertThat(child.exitCode()).isEqualTo(3);
    }
  }

  @Test
  void process_mainReturnsAfterClose_ends() throws Exception {
    try (ChildMount child = ChildMount.mounted(transport(), mountPoint())) {
      assertThat(Files.readString(in("hello.txt"))).isEqualTo("hello\n");
      child.say("close");
      child.expect("done");
      child.say("return");
      assertThat(child.exitCode()).isZero();
      assertThat(top()).isNull();
    }
  }

  @Test
  void process_umountFromOutside_endsWithZero() throws Exception {
    try (ChildMount child = ChildMount.mounted(transport(), mountPoint())) {
      child.endInput();
      output("umount", mountPoint());
      assertThat(child.exitCode()).isZero();
      assertThat(child.rest()).contains("ended");
    }
  }

  @Test
  void process_localeC_namesAreUtf8() throws Exception {
    try (ChildMount child =
        ChildMount.start(
            transport(),
            mountPoint(),
            Map.of("LC_ALL", "C", "LANG", "C"),
            List.of(),
            List.of(),
            List.of())) {
      child.expect("mounted");
      try (var names = Files.list(in("dir"))) {
        assertThat(names.map(name -> name.getFileName().toString()))
            .containsExactly(MountMain.NAME);
      }
      assertThat(Files.readString(in("dir/" + MountMain.NAME))).isEqualTo("content of the fox\n");
      String script = "stat \"$0/dir/$(printf '\\377')\"";
      assertThat(run("sh", "-c", script, mountPoint()).output())
          .contains("Invalid or incomplete multibyte or wide character");
    }
  }
}
