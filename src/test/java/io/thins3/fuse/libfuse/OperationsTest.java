package io.thins3.fuse.libfuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.thins3.fuse.Caller;
import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.fuse.MemoryFileSystem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Platform;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

/** What a kernel cannot be made to send, or only with patience. */
class OperationsTest {
  private static final Caller CALLER = new Caller(0, 0, 1);

  private final MemoryFileSystem fileSystem =
      new MemoryFileSystem().file("/dir/file", "content").link("/link", "\u00FC-target").writable();
  private final NodePaths paths = new NodePaths(fileSystem);
  private final FileOperations files =
      new FileOperations(
          fileSystem, paths, new PageVersions(), () -> CALLER, Duration.ofMillis(50));
  private final Pointer file = memory(40);
  private final Pointer buffer = memory(64);

  private static Pointer memory(int size) {
    return Memory.allocateDirect(Runtime.getSystemRuntime(), size, true);
  }

  private static Pointer string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Pointer string = memory(bytes.length + 1);
    string.put(0, bytes, 0, bytes.length);
    return string;
  }

  private static Errno failure(Guard.Body body) {
    return catchThrowableOfType(FuseException.class, body::run).errno();
  }

  @Test
  void anyFileOperation_handleNeverGiven_ebadf() {
    for (long handle : new long[] {0, 1, -1, Long.MIN_VALUE, 0xDEADBEEFL}) {
      FileInfo.opened(file, handle, false, false);
      assertThat(failure(() -> files.read(buffer, 10, 0, file))).isEqualTo(Errno.EBADF);
      assertThat(failure(() -> files.write(buffer, 10, 0, file))).isEqualTo(Errno.EBADF);
      assertThat(failure(() -> files.flush(file))).isEqualTo(Errno.EBADF);
      assertThat(failure(() -> files.fsync(0, file))).isEqualTo(Errno.EBADF);
      assertThat(failure(() -> files.ftruncate(0, file))).isEqualTo(Errno.EBADF);
      assertThat(failure(() -> files.fgetattr(buffer, file))).isEqualTo(Errno.EBADF);
      assertThat(files.release(file)).isZero();
    }
    assertThat(fileSystem.calls("release")).isZero();
  }

  @Test
  void release_twice_onceForTheFileSystem() throws Exception {
    files.open(string("/dir/file"), file);
    files.release(file);
    files.release(file);
    assertThat(fileSystem.calls("release")).isEqualTo(1);
    assertThat(failure(() -> files.read(buffer, 1, 0, file))).isEqualTo(Errno.EBADF);
  }

  @Test
  void read_impossibleRange_einval() throws Exception {
    files.open(string("/dir/file"), file);
    assertThat(failure(() -> files.read(buffer, -1, 0, file))).isEqualTo(Errno.EINVAL);
    assertThat(failure(() -> files.read(buffer, 1, -1, file))).isEqualTo(Errno.EINVAL);
    assertThat(failure(() -> files.read(buffer, 1L << 31, 0, file))).isEqualTo(Errno.EINVAL);
    assertThat(failure(() -> files.write(buffer, 1, -1, file))).isEqualTo(Errno.EINVAL);
    assertThat(files.read(buffer, 0, 0, file)).isZero();
  }

  @Test
  void read_givenUp_fileReleasedAfterTheLateAnswer() throws Exception {
    List<Runnable> late = new ArrayList<>();
    fileSystem.answerReadsOn(late::add);
    files.open(string("/dir/file"), file);
    assertThat(failure(() -> files.read(buffer, 10, 0, file))).isEqualTo(Errno.EIO);
    files.release(file);
    assertThat(fileSystem.calls("release")).isZero();
    late.get(0).run();
    assertThat(fileSystem.calls("release")).isEqualTo(1);
    assertThat(buffer.getByte(0)).isZero();
  }

  @Test
  void releaseAll_connectionCut_everyFileReleased() throws Exception {
    for (int i = 0; i < 3; i++) {
      files.open(string("/dir/file"), file);
    }
    files.releaseAll();
    assertThat(fileSystem.openHandles()).isZero();
  }

  @Test
  void find_paths_componentByComponent() throws Exception {
    assertThat(paths.find("/", CALLER).node()).isEqualTo(fileSystem.root());
    assertThat(paths.find("/dir/file", CALLER).node()).isEqualTo(fileSystem.at("/dir/file"));
    assertThat(failure(() -> paths.find("/dir/none", CALLER) == null ? 0 : 1))
        .isEqualTo(Errno.ENOENT);
    assertThat(failure(() -> paths.find("/dir/file/x", CALLER) == null ? 0 : 1))
        .isEqualTo(Errno.ENOTDIR);
    assertThat(paths.place("/new", CALLER).parent()).isEqualTo(fileSystem.root());
    assertThat(paths.place("/dir/new", CALLER).name()).isEqualTo("new");
    assertThat(failure(() -> paths.place("/", CALLER) == null ? 0 : 1)).isEqualTo(Errno.EBUSY);
    assertThat(NodePaths.parent("/")).isEqualTo("/");
    assertThat(NodePaths.parent("/a")).isEqualTo("/");
    assertThat(NodePaths.parent("/a/b")).isEqualTo("/a");
  }

  @Test
  void readlink_smallBuffer_cutAndTerminated() throws Exception {
    NameOperations names =
        new NameOperations(
            fileSystem, paths, new PageVersions(), () -> CALLER, java.time.Clock.systemUTC());
    buffer.putLong(0, -1);
    assertThat(names.readlink(string("/link"), buffer, 5)).isZero();
    byte[] bytes = new byte[6];
    buffer.get(0, bytes, 0, 6);
    assertThat(bytes).containsExactly(0xC3, 0xBC, '-', 't', 0, -1);
  }

  @Test
  void getxattr_smallBuffer_erange() throws Exception {
    XattrOperations xattrs = new XattrOperations(fileSystem, paths, () -> CALLER);
    Pointer path = string("/dir/file");
    Pointer name = string("user.x");
    assertThat(xattrs.set(path, name, string("value"), 5, 0)).isZero();
    assertThat(xattrs.get(path, name, null, 0)).isEqualTo(5);
    assertThat(failure(() -> xattrs.get(path, name, buffer, 4))).isEqualTo(Errno.ERANGE);
    assertThat(xattrs.get(path, name, buffer, 5)).isEqualTo(5);
    assertThat(xattrs.list(path, buffer, 64)).isEqualTo(7);
    assertThat(failure(() -> xattrs.list(path, buffer, 6))).isEqualTo(Errno.ERANGE);
  }

  @Test
  void guard_anyThrowable_negativeErrno() {
    assertThat(Guard.run("test", () -> 7)).isEqualTo(7);
    assertThat(
            Guard.run(
                "test",
                () -> {
                  throw new FuseException(Errno.ESTALE);
                }))
        .isEqualTo(-116);
    for (Error error : List.of(new OutOfMemoryError("test"), new StackOverflowError("test"))) {
      assertThat(
              Guard.run(
                  "test",
                  () -> {
                    throw error;
                  }))
          .isEqualTo(-5);
    }
  }

  @Test
  void nativeErrno_otherPlatforms_byName() {
    // Asked for another system, the numbers are those that jnr-constants has for this one.
    for (Errno errno : Errno.values()) {
      assertThat(NativeErrno.number(errno, Platform.OS.FREEBSD))
          .as(errno.name())
          .isEqualTo(errno.number());
    }
    assertThat(NativeErrno.number(Errno.ENODATA, Platform.OS.DARWIN)).isEqualTo(93);
  }

  @Test
  void openFlags_translated_keepTheirMeaning() {
    for (int flags : new int[] {0, 1, 2, 0101, 01002, 02301}) {
      assertThat(OpenFlagNumbers.translate(flags)).isEqualTo(flags);
    }
    assertThat(OpenFlagNumbers.translate(0100000)).isZero();
  }
}
