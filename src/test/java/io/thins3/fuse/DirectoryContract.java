package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names, listings and attributes are seen through a mount as the file system has them. */
public abstract class DirectoryContract extends MountedContract {
  /** Names that are easily broken on the way. */
  private static final List<String> ODD_NAMES =
      List.of(
          " ",
          "-rf",
          "a b\tc",
          "line\nbreak",
          "quote'\"`$(x)\\",
          "*?[]",
          "\u0001\u007F",
          "gr\u00FC\u00DFe",
          "combining u\u0308",
          "\u65E5\u672C\u8A9E",
          "\uD83E\uDD8A",
          "...",
          "n".repeat(255),
          "\u00FC".repeat(127));

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  @Test
  void list_emptyDirectory_nothing() throws Exception {
    mount(new MemoryFileSystem().directory("/empty"));
    assertThat(names(in("empty"))).isEmpty();
    assertThat(names(mountPoint())).containsExactly("empty");
  }

  @Test
  void list_dotEntries_firstAndWithInodeNumbers() throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem().file("/dir/sub/file", "");
    mount(fileSystem);
    long dir = fileSystem.at("/dir").ino;
    long sub = fileSystem.at("/dir/sub").ino;
    long file = fileSystem.at("/dir/sub/file").ino;
    assertThat(output("ls", "-1aif", in("dir/sub")).lines().map(String::strip))
        .containsExactly(sub + " .", dir + " ..", file + " file");
  }

  @Test
  void list_twentyThousandEntries_completeWithoutDuplicates() throws Exception {
    int count = 20_000;
    MemoryFileSystem fileSystem = new MemoryFileSystem().directory("/many");
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      String name = "entry-" + i + "-" + "x".repeat(i % 90);
      fileSystem.file("/many/" + name, "");
      expected.add(name);
    }
    mount(fileSystem);
    List<String> listed = names(in("many"));
    assertThat(listed).hasSize(count);
    assertThat(new TreeSet<>(listed)).isEqualTo(expected);
    assertThat(fileSystem.calls("readdir")).as("answered in pieces").isGreaterThan(10);
  }

  @Test
  void list_hundredThousandEntries_completeWithoutDuplicates() throws Exception {
    int count = 100_000;
    MemoryFileSystem fileSystem = new MemoryFileSystem().directory("/many");
    for (int i = 0; i < count; i++) {
      fileSystem.file("/many/" + i, "");
    }
    mount(fileSystem);
    assertThat(names(in("many"))).hasSize(count).doesNotHaveDuplicates();
  }

  @Test
  void list_hundredThousandAddedAndRemovedMeanwhile_othersOnceEach() throws Exception {
    int count = 50_000;
    MemoryFileSystem fileSystem = new MemoryFileSystem().writable().directory("/dir");
    for (int i = 0; i < count; i++) {
      fileSystem.file("/dir/stays-" + i, "").file("/dir/goes-" + i, "");
    }
    mount(fileSystem);
    List<String> listed = Collections.synchronizedList(new ArrayList<>());
    Node directory = fileSystem.at("/dir");
    AtomicInteger changed = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> changes =
          thread.submit(
              () -> {
                for (int i = 0; i < count && !stop.get(); i++) {
                  fileSystem.file("/dir/new-" + i, "");
                  fileSystem.unlink(directory, "goes-" + (count - 1 - i), new Caller(0, 0, 0));
                  changed.incrementAndGet();
                  // As fast as the listing goes, or it would be over before that has begun.
                  while (i > listed.size() + 100 && !stop.get()) {
                    LockSupport.parkNanos(100_000);
                  }
                }
                return null;
              });
      try (Stream<Path> entries = Files.list(in("dir"))) {
        entries.forEach(entry -> listed.add(entry.getFileName().toString()));
      } finally {
        stop.set(true);
      }
      changes.get(30, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
    assertThat(changed.get()).as("changes meanwhile").isGreaterThan(1000);
    assertThat(listed).doesNotHaveDuplicates();
    assertThat(listed.stream().filter(name -> name.startsWith("stays-"))).hasSize(count);
  }

  @Test
  void list_oddNames_allThereAndReadable() throws Exception {
    MemoryFileSystem fileSystem = new MemoryFileSystem();
    ODD_NAMES.forEach(name -> fileSystem.file("/odd/" + name, name));
    mount(fileSystem);
    assertThat(names(in("odd"))).containsExactlyInAnyOrderElementsOf(ODD_NAMES);
    for (String name : ODD_NAMES) {
      assertThat(Files.readString(in("odd/" + name))).isEqualTo(name);
    }
  }

  @Test
  void list_namesThatNoFileSystemMayHave_leftOutAndOthersThere() throws Exception {
    mount(
        new MemoryFileSystem()
            .file("/before", "")
            .file("/half a pair \uD83E", "")
            .file("/nul\0", "")
            .file("/" + "n".repeat(1025), "")
            .file("/after", ""));
    assertThat(names(mountPoint())).containsExactlyInAnyOrder("before", "after");
  }

  @Test
  void lookup_nameThatIsNotUtf8_eilseq() throws Exception {
    mount(new MemoryFileSystem().file("/dir/file", ""));
    for (String bytes : List.of("\\377", "a\\300\\200b", "\\355\\240\\200", "\\303")) {
      String script = "stat \"$0/dir/$(printf '" + bytes + "')\"";
      assertThat(run("sh", "-c", script, mountPoint()).output())
          .as(bytes)
          .contains("Invalid or incomplete multibyte or wide character");
    }
  }

  @Test
  void lookup_missingOrBelowFile_enoentAndEnotdir() throws Exception {
    mount(new MemoryFileSystem().file("/file", ""));
    assertThat(run("stat", in("none")).output()).contains("No such file or directory");
    assertThat(run("stat", in("none/below")).output()).contains("No such file or directory");
    assertThat(run("stat", in("file/below")).output()).contains("Not a directory");
  }

  @Test
  void stat_attributes_asTheFileSystemHasThem() throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().file("/file", MemoryContent.pattern(5000, 1)).link("/link", "file");
    MemoryNode file = fileSystem.at("/file");
    file.ino = 0x123456789ABCL;
    file.permissions = 04751;
    file.uid = 1234;
    file.gid = 70_000;
    fileSystem.at("/link").ino = -2;
    mount(fileSystem);
    assertThat(output("stat", "-c", "%i %a %u %g %s %b %h %F %Y %.9X", in("file")))
        .isEqualTo(
            "20015998343868 4751 1234 70000 5000 10 1 regular file 1700000000"
                + " 1700000000.123456789");
    assertThat(output("stat", "-c", "%F %s", in("link"))).isEqualTo("symbolic link 4");
    assertThat(output("ls", "-1i", mountPoint())).contains("18446744073709551614 link");
    assertThat(output("stat", "-c", "%i", in("link"))).isEqualTo("18446744073709551614");
    assertThat(output("stat", "-c", "%F %a %h", mountPoint())).isEqualTo("directory 755 2");
  }

  @Test
  void find_types_knownFromTheListing() throws Exception {
    mount(new MemoryFileSystem().file("/a/file", "").link("/a/link", "file").directory("/a/b/c"));
    assertThat(output("find", in("a"), "-type", "d", "-printf", "%P ")).isEqualTo("b b/c");
    assertThat(output("find", in("a"), "-type", "l", "-printf", "%P ")).isEqualTo("link");
    assertThat(output("readlink", in("a/link"))).isEqualTo("file");
    assertThat(output("cat", in("a/link"))).isEmpty();
  }

  @Test
  void statfs_df_showsOneLineOfSixFields() throws Exception {
    // Without a path df leaves out file systems of 0 blocks; by type, it asks no others, of which
    // one may be dead or hang.
    mount(new MemoryFileSystem(), "subtype=thins3-df");
    List<String> lines = output("df", "--block-size=1", "--type=fuse.thins3-df").lines().toList();
    List<String> ours = lines.stream().filter(line -> line.endsWith(mountPoint() + "")).toList();
    assertThat(ours).hasSize(1);
    assertThat(ours.get(0).split(" +"))
        .containsExactly(
            "thins3:test",
            Long.toString(4096L << 30),
            Long.toString(4096L << 29),
            Long.toString(4096L << 29),
            "50%",
            mountPoint().toString());
    assertThat(output("stat", "-f", "-c", "%c %d %l %s %S", mountPoint()))
        .isEqualTo("1000000 999999 255 4096 4096");
  }

  @Test
  void permissions_otherUser_checkedByTheKernel() throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().file("/secret", "s").file("/public", "public");
    fileSystem.at("/secret").permissions = 0600;
    mount(fileSystem, "allow_other");
    assertThat(asNobody("cat", in("public"))).isEqualTo("public");
    assertThat(asNobody("cat", in("secret"))).contains("Permission denied");
    assertThat(output("cat", in("secret"))).isEqualTo("s");
  }

  @Test
  void permissions_otherUserWithoutAllowOther_refused() throws Exception {
    mount(new MemoryFileSystem().file("/public", "public"));
    assertThat(asNobody("cat", in("public"))).contains("Permission denied");
  }

  private static String asNobody(Object... command) {
    List<Object> line =
        new ArrayList<>(
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
    line.addAll(List.of(command));
    return run(line.toArray()).output();
  }
}
