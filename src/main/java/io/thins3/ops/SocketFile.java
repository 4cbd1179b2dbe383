package io.thins3.ops;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name of a control socket in the file system. The kernel gives a device number again, so a
 * name may be taken: by a dead process, or by one that is just ending. A socket is bound under
 * another name and moved over the old one, and whoever ends removes only what is still his.
 */
final class SocketFile {
  private static final Logger log = LoggerFactory.getLogger(SocketFile.class);
  private static final Pattern PUBLISHED = Pattern.compile("[0-9]+-[0-9]+\\.sock");
  private static final Pattern TEMPORARY = Pattern.compile("[0-9]+-[0-9]+\\.sock\\.[0-9a-z]+");

  /** A process that starts is no longer between binding its socket and listening. */
  private static final Duration LONGEST_START = Duration.ofMinutes(1);

  private final Path path;
  private final Object identity;

  private SocketFile(Path path, Object identity) {
    this.path = path;
    this.identity = identity;
  }

  Path path() {
    return path;
  }

  /** Where to bind a socket that will have this name. */
  static Path temporary(Path path) {
    return path.resolveSibling(
        path.getFileName() + "." + Long.toString(System.nanoTime() & 0xffffffL, 36));
  }

  /** Gives a bound socket its name. */
  static SocketFile publish(Path temporary, Path path) throws IOException {
    boolean published = false;
    try {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
      Object identity = identity(temporary);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      published = true;
      return new SocketFile(path, identity);
    } finally {
      if (!published) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static Object identity(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
  }

  /** Removes it, if it is still the same. */
  void remove() {
    try {
      if (identity(path).equals(identity)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      log.debug("{} is gone already", path);
    } catch (IOException e) {
      log.warn("The control socket {} cannot be removed: {}", path, e.toString());
    }
  }

  /** Removes the sockets in a directory behind which there is no process. */
  static void removeDead(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean candidate =
            PUBLISHED.matcher(name).matches()
                || (TEMPORARY.matcher(name).matches()
                    && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(Instant.now().minus(LONGEST_START)));
        if (candidate && isDead(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isDead(Path file) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // one that is not accepted from must not hold a start
      channel.connect(UnixDomainSocketAddress.of(file));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false; // a full queue: alive
    }
  }
}
