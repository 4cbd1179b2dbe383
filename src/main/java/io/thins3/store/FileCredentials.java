package io.thins3.store;

import io.thins3.config.Credentials;
import io.thins3.config.ExitCode;
import io.thins3.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * Credentials in files that somebody else may replace at any time (Kubernetes swaps a symbolic
 * link, a user writes one file after the other). Thread-safe.
 *
 * <p>The contents are looked at again every few seconds, by one of the threads that sign a request
 * then, and at once after a refusal. Contents rather than times and sizes: three small files cost
 * as much to read as to ask about, and times are coarse. While the files are unreadable the last
 * good credentials go on being used.
 */
final class FileCredentials implements AwsCredentialsProvider {
  private static final Logger LOG = LoggerFactory.getLogger(FileCredentials.class);

  /** No key or token is longer; a wrong path may name a large file. */
  private static final int LARGEST = 64 * 1024;

  /** Reads of the same contents in a row are tried for, while the files change underneath. */
  private static final int TRIES = 5;

  private final Credentials.Files files;
  private final long checkNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong nextCheck;
  private final AtomicBoolean complained = new AtomicBoolean();
  private volatile AwsCredentials current;

  /**
   * Reads the files for the first time.
   *
   * @throws UserException when one is missing, unreadable or empty
   */
  FileCredentials(Credentials.Files files, Duration checkEvery, LongSupplier nanoTime)
      throws UserException {
    this.files = files;
    this.checkNanos = checkEvery.toNanos();
    this.nanoTime = nanoTime;
    this.nextCheck = new AtomicLong(nanoTime.getAsLong() + checkNanos);
    this.current = read();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    long due = nextCheck.get();
    long now = nanoTime.getAsLong();
    // Whoever moves the time reads; the others do not wait for it.
    if (now - due >= 0 && nextCheck.compareAndSet(due, now + checkNanos)) {
      reread();
    }
    return current;
  }

  /** What signs now. */
  AwsCredentials current() {
    return current;
  }

  /** Reads the files now; whether the credentials are others than those used. */
  boolean renewedSince(@Nullable Object used) {
    reread();
    return !current.equals(used);
  }

  private void reread() {
    try {
      AwsCredentials read = read();
      if (!read.equals(current)) {
        current = read;
        LOG.info("credentials read anew from {}", files.accessKey());
      }
      complained.set(false);
    } catch (UserException e) {
      if (!complained.getAndSet(true)) {
        LOG.warn("{}; the credentials read before stay in use", e.getMessage());
      }
    }
  }

  /** Reads until two rounds agree: files that are replaced meanwhile would give a mixed pair. */
  private AwsCredentials read() throws UserException {
    AwsCredentials read = readOnce();
    for (int i = 1; i < TRIES; i++) {
      AwsCredentials again = readOnce();
      if (again.equals(read)) {
        break;
      }
      read = again;
    }
    return read;
  }

  private AwsCredentials readOnce() throws UserException {
    Path token = files.sessionToken();
    return SigningCredentials.pair(
        value("access key", files.accessKey()),
        value("secret key", files.secretKey()),
        token == null ? null : value("session token", token));
  }

  private static String value(String what, Path file) throws UserException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (NoSuchFileException e) {
      throw bad(what, file, "does not exist", e);
    } catch (AccessDeniedException e) {
      throw bad(what, file, "may not be read", e);
    } catch (IOException e) {
      throw bad(what, file, "cannot be read (" + e.getMessage() + ")", e);
    }
    if (bytes.length > LARGEST) {
      throw bad(what, file, "is larger than any " + what, null);
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    String value = text.substring(0, end);
    if (value.isBlank()) {
      throw bad(what, file, "is empty", null);
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw bad(what, file, "holds more than one line", null);
    }
    return value;
  }

  private static UserException bad(
      String what, Path file, String problem, @Nullable Throwable cause) {
    return new UserException(
        ExitCode.CREDENTIALS,
        what + " file " + file + " " + problem + ": it must hold the " + what + " alone",
        cause);
  }
}
