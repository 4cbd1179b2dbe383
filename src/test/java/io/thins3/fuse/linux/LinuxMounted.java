package io.thins3.fuse.linux;

import io.thins3.fuse.Eventually;
import io.thins3.fuse.FileSystem;
import io.thins3.fuse.MountException;
import io.thins3.fuse.MountSpec;
import io.thins3.fuse.MountedContract;
import io.thins3.fuse.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;

/** What the tests of the Linux transport share: sessions, and programs that may be killed. */
abstract class LinuxMounted extends MountedContract {
  private final List<LinuxSession> sessions = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();

  @Override
  protected final Transport transport() {
    return new LinuxTransport();
  }

  /** Mounts at the mount point, and unmounts after the test. */
  final LinuxSession serve(FileSystem fileSystem, String... options) throws MountException {
    return serve(mountPoint(), fileSystem, options);
  }

  final LinuxSession serve(Path at, FileSystem fileSystem, String... options)
      throws MountException {
    LinuxSession session =
        new LinuxTransport()
            .mount(
                fileSystem,
                new MountSpec(
                    at, "thins3:test", "thins3", List.of(options), false, Duration.ofSeconds(20)));
    sessions.add(session);
    return session;
  }

  @AfterEach
  final void endSessions() throws Exception {
    processes.forEach(Process::destroyForcibly);
    for (LinuxSession session : sessions) {
      session.unmount();
      Eventually.await("the session ends", session::ended);
    }
  }

  /** Starts a program, whose output nobody reads. */
  final Process start(Object... command) throws Exception {
    // Started in the background, Maven and all below it ignore SIGINT.
    List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT"));
    for (Object word : command) {
      line.add(word.toString());
    }
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(process);
    return process;
  }

  /** Whether a program ends without anything else happening. */
  static boolean ends(Process process) throws InterruptedException {
    return process.waitFor(20, TimeUnit.SECONDS);
  }

  /** Makes the kernel forget names and nodes that nobody uses. */
  static void dropNames() throws Exception {
    Path file = Path.of("/proc/sys/vm/drop_caches");
    Assumptions.assumeTrue(Files.isWritable(file), "not checked: " + file + " is not writable");
    Files.writeString(file, "2");
  }
}
