package io.thins3.fuse.linux;

import io.thins3.fuse.MountException;
import io.thins3.fuse.MountException.Reason;
import io.thins3.fuse.MountSpec;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.SpawnFileAction;
import org.jspecify.annotations.Nullable;

/**
 * Mounts through the setuid program fusermount3, or fusermount, as users other than root must. It
 * opens /dev/fuse, mounts, and passes the descriptor back over a socket (SCM_RIGHTS), whose number
 * it finds in {@code _FUSE_COMMFD}. With auto_unmount it stays, and unmounts when the socket ends
 * and the mount is dead.
 *
 * <p>Started by posix_spawn, because Java's own processes inherit no descriptors. It gets the
 * socket and a pipe for its messages and nothing else of this process: with auto_unmount it lives
 * as long as the mount, would keep open whatever reads this process' output (a shell's {@code
 * $(...)}), and shows its environment, which may hold credentials, for all that time.
 */
final class FusermountMount implements Mounter {
  static final List<String> PROGRAMS = List.of("fusermount3", "fusermount");

  /** fusermount waits for nobody but the kernel; under load it takes a while to start. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int STDERR = 2;

  /** The socket's number in fusermount. */
  private static final int SOCKET = 3;

  private static final int MAX_MESSAGE = 4096;

  /** The shell's exit code for "command not found", which posix_spawn also may give. */
  private static final int NOT_FOUND = 127;

  private final Syscalls sys;

  FusermountMount(Syscalls sys) {
    this.sys = sys;
  }

  @Override
  public Mounted mount(MountSpec spec, LinuxMountOptions options) throws MountException {
    for (String program : PROGRAMS) {
      Mounted mounted = mount(program, spec, options);
      if (mounted != null) {
        return mounted;
      }
    }
    throw new MountException(
        Reason.NOT_INSTALLED,
        "cannot mount at %s: %s not found; install the package fuse3"
            .formatted(spec.mountPoint(), String.join(" and ", PROGRAMS)));
  }

  /** Null when there is no such program. */
  private @Nullable Mounted mount(String program, MountSpec spec, LinuxMountOptions options)
      throws MountException {
    int[] socket = new int[2];
    int[] errors = new int[2];
    check(sys.libc().socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socket), "socketpair");
    if (sys.libc().pipe2(errors, Syscalls.O_CLOEXEC) < 0) {
      sys.close(socket[0]);
      sys.close(socket[1]);
      check(-1, "pipe");
    }
    boolean keepSocket = false;
    try {
      CompletableFuture<Integer> exit;
      try {
        // Where standard streams are closed these may have their numbers.
        socket[0] = above(SOCKET, socket[0]);
        errors[1] = above(SOCKET, errors[1]);
        exit = start(program, spec, options, socket[0], errors[1]);
      } finally {
        // With this end held by the program alone, its exit is the end of the stream.
        sys.close(socket[0]);
        sys.close(errors[1]);
      }
      if (exit == null) {
        return null;
      }
      int ready = sys.awaitReadable(DEADLINE, socket[1]);
      int fd = ready == 0 ? receiveDescriptor(socket[1]) : -1;
      if (fd >= 0) {
        // When this process is killed the kernel lets go of the files with the highest numbers
        // first
        // (task_work_run: last in, first out). With auto_unmount, fusermount looks at the mount as
        // soon as the socket ends, and leaves it alone unless it is dead by then: the other way
        // round one in ten dead mounts stayed.
        fd = above(socket[1], fd);
        keepSocket = options.autoUnmount();
        int ours = socket[1];
        Runnable afterwards = keepSocket ? () -> sys.close(ours) : () -> {};
        return new Mounted(new KernelDevice(sys, fd), fd, afterwards);
      }
      if (ready < 0) {
        throw new MountException(
            Reason.FAILED, program + " has not mounted within " + DEADLINE.toSeconds() + " s");
      }
      if (exitCode(exit) == NOT_FOUND) {
        return null;
      }
      throw failure(program, spec, message(errors[0]));
    } finally {
      sys.close(errors[0]);
      if (!keepSocket) {
        sys.close(socket[1]);
      }
    }
  }

  /** Moves a descriptor above another. */
  private int above(int other, int fd) {
    int moved = sys.fcntl(fd, Syscalls.F_DUPFD_CLOEXEC, other + 1);
    if (moved < 0) {
      sys.closeOnExec(fd);
      return fd;
    }
    sys.close(fd);
    return moved;
  }

  /** Starts the program; its exit code comes later. Null when there is no such program. */
  private @Nullable CompletableFuture<Integer> start(
      String program, MountSpec spec, LinuxMountOptions options, int socket, int errors)
      throws MountException {
    List<String> environment = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      environment.add("PATH=" + path);
    }
    // Some of its messages are understood.
    environment.add("LC_ALL=C");
    environment.add("_FUSE_COMMFD=" + SOCKET);
    List<String> commandLine =
        List.of(program, "-o", options.fusermountOptions(spec), "--", spec.mountPoint().toString());
    POSIX posix = POSIXFactory.getNativePOSIX();
    long pid = posix.posix_spawnp(program, descriptors(socket, errors), commandLine, environment);
    if (pid <= 0) {
      // Its errno does not tell: freeing the arguments has changed it by now.
      Path found = find(program, path);
      if (found == null) {
        return null;
      }
      throw new MountException(
          Reason.FAILED,
          "cannot mount at %s: cannot start %s: %s"
              .formatted(
                  spec.mountPoint(),
                  found,
                  Files.isExecutable(found)
                      ? "no process can be started"
                      : "it is not executable for this user"));
    }
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Thread reaper = new Thread(() -> exit.complete(awaitExit((int) pid)), "fusermount-exit");
    reaper.setDaemon(true);
    reaper.start();
    return exit;
  }

  /** Where a program lies, as the shell would look for it; null: nowhere. */
  private static @Nullable Path find(String program, @Nullable String path) {
    for (String directory : (path == null ? "/bin:/usr/bin" : path).split(":", -1)) {
      Path file = Path.of(directory, program);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }

  /** What fusermount is to have open: nothing but its pipe and its socket. */
  private static List<SpawnFileAction> descriptors(int socket, int errors) throws MountException {
    List<SpawnFileAction> actions = new ArrayList<>();
    actions.add(SpawnFileAction.dup(errors, STDERR));
    actions.add(SpawnFileAction.dup(socket, SOCKET));
    actions.add(SpawnFileAction.open("/dev/null", 0, Syscalls.O_RDWR, 0));
    actions.add(SpawnFileAction.open("/dev/null", 1, Syscalls.O_RDWR, 0));
    // Java opens its files without O_CLOEXEC, and closes them in its own children. To set the flag
    // here would disturb those.
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        int number = Integer.parseInt(descriptor.getFileName().toString());
        if (number > SOCKET) {
          actions.add(SpawnFileAction.close(number));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new MountException(Reason.FAILED, "cannot read /proc/self/fd: " + e.getMessage(), e);
    }
    return actions;
  }

  /** The exit code, or -1 when it was ended by a signal. */
  private int awaitExit(int pid) {
    int[] status = new int[1];
    int result;
    do {
      result = sys.waitpid(pid, status);
    } while (result == -Syscalls.EINTR);
    // WIFEXITED and WEXITSTATUS of sys/wait.h.
    return result == pid && (status[0] & 0x7f) == 0 ? (status[0] >> 8) & 0xff : -1;
  }

  private static int exitCode(CompletableFuture<Integer> exit) throws MountException {
    try {
      return exit.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new MountException(Reason.FAILED, "fusermount does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MountException(Reason.FAILED, "interrupted while mounting", e);
    }
  }

  /** The descriptor in a message with one, or -1. Structures are those of 64-bit Linux. */
  private int receiveDescriptor(int socket) {
    Pointer payload = Memory.allocateDirect(sys.runtime(), 8, true);
    Pointer vector = Memory.allocateDirect(sys.runtime(), 16, true);
    vector.putPointer(0, payload);
    vector.putLong(8, 1);
    // struct cmsghdr: size_t len, int level, int type, data
    int controlSize = 64;
    Pointer control = Memory.allocateDirect(sys.runtime(), controlSize, true);
    // struct msghdr: name, namelen, iov at 16, iovlen, control at 32, controllen, flags
    Pointer message = Memory.allocateDirect(sys.runtime(), 56, true);
    message.putPointer(16, vector);
    message.putLong(24, 1);
    message.putPointer(32, control);
    message.putLong(40, controlSize);
    long received;
    try {
      do {
        received = sys.receive(socket, message);
      } while (received == -Syscalls.EINTR);
    } finally {
      // Until here the structures knew each other by address only.
      Reference.reachabilityFence(payload);
      Reference.reachabilityFence(vector);
      Reference.reachabilityFence(control);
    }
    int solSocket = 1;
    int scmRights = 1;
    boolean hasDescriptor =
        received > 0
            && control.getLong(0) >= 20
            && control.getInt(8) == solSocket
            && control.getInt(12) == scmRights;
    return hasDescriptor ? control.getInt(16) : -1;
  }

  private String message(int pipe) {
    NativeBuffer buffer = NativeBuffer.allocate(MAX_MESSAGE);
    int length = sys.read(pipe, buffer);
    byte[] text = new byte[Math.max(0, length)];
    buffer.bytes().get(0, text);
    return new String(text, StandardCharsets.UTF_8).strip().replace('\n', ' ');
  }

  private static MountException failure(String program, MountSpec spec, String message) {
    if (message.contains("user_allow_other")) {
      return new MountException(
          Reason.NO_PERMISSION,
          "-o allow_other: users other than root may not use it; add a line user_allow_other to"
              + " /etc/fuse.conf, or leave the option out");
    }
    String said = message.isEmpty() ? program + " gives no reason" : message;
    Reason reason =
        message.contains("unknown option")
            ? Reason.BAD_OPTION
            : message.contains("ermission") || message.contains("not permitted")
                ? Reason.NO_PERMISSION
                : Reason.FAILED;
    return new MountException(reason, "cannot mount at " + spec.mountPoint() + ": " + said);
  }

  private static void check(int result, String what) throws MountException {
    if (result < 0) {
      throw new MountException(Reason.FAILED, what + " fails: too many open files");
    }
  }
}
