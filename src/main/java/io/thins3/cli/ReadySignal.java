package io.thins3.cli;

import io.thins3.config.EnvironmentNames;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the launcher that the mount is usable, so that {@code thins3 mount} returns and leaves the
 * process in the background.
 *
 * <pre>
 * launcher: FIFO, its write end is descriptor N of the JVM (THINS3_READY_FD=N) -- reads one line
 *   JVM: mounted()  -> 0, 1 and 2 become /dev/null, "mounted\n" is written -> launcher exits with 0
 *   JVM: ends first -> end of file                            -> launcher exits with the JVM's code
 * </pre>
 *
 * Immutable.
 */
public final class ReadySignal {
  private static final Logger log = LoggerFactory.getLogger(ReadySignal.class);
  private static final Pattern DESCRIPTOR = Pattern.compile("[0-9]{1,4}");
  private static final byte[] MESSAGE = "mounted\n".getBytes(StandardCharsets.US_ASCII);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final @Nullable Path descriptor;

  private ReadySignal(@Nullable Path descriptor) {
    this.descriptor = descriptor;
  }

  /** The signal that the environment asks for; none in the foreground. */
  public static ReadySignal of(Map<String, String> environment) {
    String number = environment.get(EnvironmentNames.READY_DESCRIPTOR);
    return new ReadySignal(
        number != null && DESCRIPTOR.matcher(number).matches() ? Path.of("/dev/fd", number) : null);
  }

  /** Whether somebody waits for the signal: the process is to go on in the background. */
  public boolean isBackground() {
    return descriptor != null;
  }

  /**
   * To be called once, when the mount is usable. Standard input, output and error are closed before
   * the launcher hears of it: when its exit is seen nobody can still be waiting for the end of our
   * output, as {@code $(thins3 mount ...)} and ssh do.
   */
  public void mounted() {
    if (descriptor == null) {
      return;
    }
    detach();
    Path target = descriptor;
    Thread sender = new Thread(() -> send(target), "ready-signal");
    sender.setDaemon(true);
    sender.start();
    try {
      // Opening a FIFO waits for a reader; if the launcher was killed there will never be one.
      sender.join(DEADLINE.toMillis());
      if (sender.isAlive()) {
        log.warn("The launcher does not listen; going on without it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Path target) {
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
      out.write(MESSAGE);
    } catch (IOException e) {
      log.warn("The launcher could not be told that the mount is ready: {}", e.toString());
    }
  }

  /**
   * Points descriptors 0 to 2 at /dev/null. That is what the JDK does when one of them is closed:
   * it never leaves the number free for the next file.
   */
  private static void detach() {
    try {
      System.out.flush();
      System.err.flush();
      new FileInputStream(FileDescriptor.in).close();
      new FileOutputStream(FileDescriptor.out).close();
      new FileOutputStream(FileDescriptor.err).close();
    } catch (IOException e) {
      log.warn("Standard streams could not be closed: {}", e.toString());
    }
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    System.setOut(nowhere);
    System.setErr(nowhere);
  }
}
