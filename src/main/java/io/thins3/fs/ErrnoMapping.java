package io.thins3.fs;

import io.thins3.fuse.Errno;
import io.thins3.fuse.FuseException;
import io.thins3.store.StoreException;
import io.thins3.write.WriteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The one place where failures of the store become errno and a line of the log (docs/SEMANTICS.md,
 * Errors), each once, however many wait for its request. Which kind a status and code are, {@link
 * StoreException.Kind} says.
 */
final class ErrnoMapping {
  private static final Logger log = LoggerFactory.getLogger(ErrnoMapping.class);

  /**
   * How a kind of failure is answered.
   *
   * @param errno of operations that ask about a name
   * @param level ERROR: the store does not serve, whoever asks; WARN: it refuses this request;
   *     INFO: others have changed the object; DEBUG: nothing is wrong, or it is logged elsewhere
   */
  private record Row(Errno errno, Level level) {}

  private ErrnoMapping() {}

  private static Row row(StoreException failure) {
    return switch (failure.kind()) {
      case NO_SUCH_KEY -> new Row(Errno.ENOENT, Level.DEBUG);
      case NO_SUCH_BUCKET -> new Row(Errno.ENXIO, Level.ERROR);
      case ACCESS_DENIED, BAD_CREDENTIALS, NO_CREDENTIALS -> new Row(Errno.EACCES, Level.WARN);
      // Not our failure, but "Stale file handle" from cp needs its explanation.
      case PRECONDITION_FAILED, INVALID_RANGE -> new Row(Errno.ESTALE, Level.INFO);
      case INVALID_REQUEST -> new Row(Errno.EINVAL, Level.WARN);
      case NOT_SUPPORTED -> new Row(Errno.EOPNOTSUPP, Level.WARN);
      case TOO_LARGE -> new Row(Errno.EFBIG, Level.WARN);
      case CONFLICT -> new Row(Errno.EBUSY, Level.WARN);
      case NO_SPACE -> new Row(Errno.ENOSPC, Level.ERROR);
      case QUOTA_EXCEEDED -> new Row(Errno.EDQUOT, Level.WARN);
      case INTERRUPTED -> new Row(Errno.EINTR, Level.DEBUG);
      case THROTTLED,
          SERVER_ERROR,
          WRONG_REGION,
          UNREACHABLE,
          TIMEOUT,
          BAD_RESPONSE,
          NO_SUCH_UPLOAD,
          LOCAL_FAILURE ->
          new Row(Errno.EIO, Level.ERROR);
      // Damage that a reader found is logged there, once for all who read it; what the store found
      // in an upload is logged nowhere else.
      case CORRUPT -> new Row(Errno.EIO, failure.status() == 0 ? Level.DEBUG : Level.ERROR);
    };
  }

  /** The failure of an operation that asks about a name. */
  static FuseException onPath(StoreException failure) {
    return logged(failure, row(failure));
  }

  /** The failure of an operation on a version that was known to exist. */
  static FuseException onKnownVersion(StoreException failure) {
    return logged(failure, failure.isGone() ? new Row(Errno.ESTALE, Level.INFO) : row(failure));
  }

  /** The failure of something that was written. */
  static FuseException onWrite(WriteException failure) {
    StoreException cause = failure.storeFailure();
    if (failure.kind() == WriteException.Kind.STORE && cause != null) {
      return onPath(cause);
    }
    Row row =
        switch (failure.kind()) {
          case NO_SPACE -> new Row(Errno.ENOSPC, Level.ERROR);
          case STORE, LOCAL, TIMEOUT -> new Row(Errno.EIO, Level.ERROR);
          case SENT_AWAY -> new Row(Errno.EBUSY, Level.WARN);
          case TOO_LARGE -> new Row(Errno.EFBIG, Level.WARN);
          case CONFLICT -> new Row(Errno.ESTALE, Level.WARN);
          case EXISTS -> new Row(Errno.EEXIST, Level.INFO);
        };
    String message = row.errno + ": " + failure.getMessage();
    if (failure.firstReport()) {
      log.atLevel(row.level).log("{}", message);
    } else {
      log.debug("{}, once more", message);
    }
    return new FuseException(row.errno, message, failure);
  }

  private static FuseException logged(StoreException failure, Row row) {
    Errno errno = row.errno;
    if (!failure.firstReport()) {
      // Of one request that many wait for, or a version that was found gone before.
      log.debug("{} for {}, once more", errno, failure.getMessage());
    } else if (errno == Errno.ESTALE) {
      log.atLevel(row.level)
          .log("{}: replaced or deleted by others: {}", errno, failure.getMessage());
    } else {
      log.atLevel(row.level).log("{} for {}", errno, failure.getMessage());
    }
    return new FuseException(errno, errno + ": " + failure.getMessage(), failure);
  }
}
