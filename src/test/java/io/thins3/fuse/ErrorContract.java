package io.thins3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file system fails with reaches the caller; what it breaks with is EIO. */
public abstract class ErrorContract extends MountedContract {
  /** A program for each operation that a program can bring about. */
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("lookup", "stat %s/file"),
          Map.entry("getattr", "stat %s/."),
          Map.entry("open", "cat %s/file"),
          Map.entry("read", "cat %s/file"),
          Map.entry("opendir", "ls %s"),
          Map.entry("readdir", "ls %s"),
          Map.entry("statfs", "stat -f %s"),
          Map.entry("setattr", "chmod 600 %s/file"),
          Map.entry("readlink", "cat %s/link"),
          Map.entry("mkdir", "mkdir %s/new"),
          Map.entry("create", "cp /etc/passwd %s/new"),
          Map.entry("write", "dd if=/etc/passwd of=%s/file conv=notrunc"),
          Map.entry("flush", "dd if=/etc/passwd of=%s/file conv=notrunc"),
          Map.entry("fsync", "dd if=/etc/passwd of=%s/file conv=notrunc,fsync"),
          Map.entry("fdatasync", "dd if=/etc/passwd of=%s/file conv=notrunc,fdatasync"),
          Map.entry("unlink", "rm %s/file"),
          Map.entry("rmdir", "rmdir %s/dir"),
          Map.entry("rename", "mv %s/file %s/moved"),
          Map.entry("symlink", "ln -s x %s/new"),
          Map.entry("fallocate", "fallocate -l 1000 %s/file"));

  private static MemoryFileSystem sample() {
    // Attributes are not kept, so that every command asks for what it needs.
    return new MemoryFileSystem()
        .writable()
        .ttl(Duration.ZERO)
        .file("/file", "content")
        .link("/link", "file")
        .directory("/dir");
  }

  static List<String> operations() {
    return COMMANDS.keySet().stream().sorted().toList();
  }

  private void failWith(String operation, MemoryFileSystem.Hook hook, String message)
      throws Exception {
    MemoryFileSystem fileSystem = sample();
    mount(fileSystem, uncachedOptions());
    String command = COMMANDS.getOrDefault(operation, "").replace("%s", mountPoint().toString());
    fileSystem.before(operation, hook);
    Ran outcome = run("sh", "-c", command);
    assertThat(fileSystem.calls(operation)).as("calls of %s", operation).isPositive();
    assertThat(outcome.exitCode()).as("%s: %s", command, outcome).isNotZero();
    assertThat(outcome.output()).contains(message);
    fileSystem.undisturbed(operation);
    Ran after = run("sh", "-c", command);
    assertThat(after.exitCode()).as("%s afterwards: %s", command, after).isZero();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anyOperation_fuseException_itsErrno(String operation) throws Exception {
    failWith(
        operation,
        name -> {
          throw new FuseException(Errno.EDQUOT);
        },
        "Disk quota exceeded");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anyOperation_runtimeException_eio(String operation) throws Exception {
    failWith(
        operation,
        name -> {
          throw new IllegalStateException("thrown by the test in " + operation);
        },
        "Input/output error");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anyOperation_outOfMemory_eio(String operation) throws Exception {
    failWith(
        operation,
        name -> {
          throw new OutOfMemoryError("thrown by the test in " + operation);
        },
        "Input/output error");
  }

  /**
   * Gives nothing where the interface wants something: the transport breaks on it, and not before.
   */
  @SuppressWarnings("NullAway")
  private static final class Empty extends MemoryFileSystem {
    private final String operation;
    volatile boolean empty;

    Empty(String operation) {
      this.operation = operation;
    }

    private <T> T unlessEmpty(String called, T answer) {
      return empty && called.equals(operation) ? null : answer;
    }

    @Override
    public LookupResult lookup(Node parent, String name, Caller caller) throws FuseException {
      return unlessEmpty("lookup", super.lookup(parent, name, caller));
    }

    @Override
    public AttributesAnswer getattr(Node node, @Nullable FileHandle handle) throws FuseException {
      return unlessEmpty("getattr", super.getattr(node, handle));
    }

    @Override
    public OpenResult open(Node node, int flags, Caller caller) throws FuseException {
      return unlessEmpty("open", super.open(node, flags, caller));
    }

    @Override
    public StatFs statfs(Node node) throws FuseException {
      return unlessEmpty("statfs", super.statfs(node));
    }

    @Override
    public String readlink(Node node) throws FuseException {
      return unlessEmpty("readlink", super.readlink(node));
    }

    @Override
    public CreateAnswer create(Node parent, String name, int permissions, int flags, Caller caller)
        throws FuseException {
      return empty && operation.equals("create")
          ? null
          : super.create(parent, name, permissions, flags, caller);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lookup", "getattr", "open", "statfs", "readlink", "create"})
  void anyOperation_transportCannotAnswer_eio(String operation) throws Exception {
    Empty fileSystem = new Empty(operation);
    fileSystem.writable().ttl(Duration.ZERO).file("/file", "content").link("/link", "file");
    mount(fileSystem, uncachedOptions());
    String command = COMMANDS.getOrDefault(operation, "").replace("%s", mountPoint().toString());
    fileSystem.empty = true;
    Ran outcome = run("sh", "-c", command);
    assertThat(outcome.exitCode()).as("%s: %s", command, outcome).isNotZero();
    assertThat(outcome.output()).contains("Input/output error");
    fileSystem.empty = false;
    Ran after = run("sh", "-c", command);
    assertThat(after.exitCode()).as("%s afterwards: %s", command, after).isZero();
  }

  @Test
  void read_answeredWithWhatIsNoData_eio() throws Exception {
    FileSystem failing =
        new MemoryFileSystemWithRead(new MemoryFileSystem().file("/file", "content")) {
          @Override
          public void read(FileHandle handle, long offset, int size, ReadReply reply) {
            reply.data(Arrays.asList(new ByteBuffer[1]));
          }
        };
    mount(failing);
    Ran outcome = run("cat", in("file"));
    assertThat(outcome.exitCode()).as("%s", outcome).isPositive();
    assertThat(outcome.output()).contains("Input/output error");
  }

  @ParameterizedTest
  @EnumSource(
      value = Errno.class,
      // These have a meaning of their own to the kernel.
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ESTALE", "ENOSYS"})
  void lookup_everyErrno_reachesTheCaller(Errno errno) throws Exception {
    mount(
        sample()
            .before(
                "lookup",
                name -> {
                  throw new FuseException(errno);
                }));
    String expected = jnr.constants.platform.Errno.valueOf(errno.number()).toString();
    assertThat(run("stat", in("file")).output()).containsIgnoringCase(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_errorAfterSomeData_isNoEndOfFile(boolean thrown) throws Exception {
    MemoryFileSystem fileSystem =
        new MemoryFileSystem().file("/file", MemoryContent.pattern(3_000_000, 1));
    FileSystem failing =
        new MemoryFileSystemWithRead(fileSystem) {
          @Override
          public void read(FileHandle handle, long offset, int size, ReadReply reply) {
            if (offset + size <= 1_000_000) {
              super.read(handle, offset, size, reply);
            } else if (thrown) {
              throw new OutOfMemoryError("thrown by the test");
            } else {
              reply.error(Errno.EIO);
            }
          }
        };
    mount(failing);
    assertThatThrownBy(() -> Files.readAllBytes(in("file"))).isInstanceOf(IOException.class);
    Ran outcome = run("dd", "if=" + in("file"), "of=/dev/null", "bs=4k");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("Input/output error");
  }

  @Test
  void read_moreBytesThanAskedFor_eioAndTheFileSystemIsTold() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    FileSystem failing =
        new MemoryFileSystemWithRead(new MemoryFileSystem().file("/file", "content")) {
          @Override
          public void read(FileHandle handle, long offset, int size, ReadReply reply) {
            try {
              reply.data(List.of(ByteBuffer.allocate(size), ByteBuffer.allocate(1)));
            } catch (IllegalArgumentException e) {
              told.countDown();
            }
          }
        };
    mount(failing);
    assertThat(run("cat", in("file")).output()).contains("Input/output error");
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void read_answeredTwice_secondAnswerRefusedAndFirstStands() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    FileSystem twice =
        new MemoryFileSystemWithRead(new MemoryFileSystem().file("/file", "content")) {
          @Override
          public void read(FileHandle handle, long offset, int size, ReadReply reply) {
            super.read(handle, offset, size, reply);
            try {
              reply.error(Errno.EIO);
            } catch (IllegalStateException e) {
              refused.countDown();
            }
          }
        };
    mount(twice);
    assertThat(output("cat", in("file"))).isEqualTo("content");
    assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
